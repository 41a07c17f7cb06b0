/**
 * groma for C++17: the functions of groma.h with handles that close themselves, text as std::string_view, arrays as
 * spans, callbacks as std::function. This file adds nothing else. groma.h is the manual; the comments here say only
 * what differs.
 *
 * NAMES
 *
 * groma_dataset is groma::dataset, groma_dataset_open is groma::dataset::open, groma_query_radius(dataset, ...) is
 * dataset.query_radius(...). Structs of options are groma::..._options, filled with their defaults; groma::str converts
 * text for their fields. Views, reports and infos are the structs of groma.h. Where C++ has a use for a
 * word, another one stands: groma_mesh_store_delete is groma::mesh_store::remove.
 *
 * ERRORS
 *
 * Where exceptions are enabled, a call that fails throws groma::error, and groma::result<T> is T itself. With
 * -fno-exceptions, or when GROMA_NO_EXCEPTIONS is defined before this file is included, calls return a groma::result<T>
 * that holds either a T or a groma::error: if (auto data = groma::dataset::open("walk")) { use(*data); } else {
 * log(data.error().what()); } One program may use both, in different translation units.
 *
 * HANDLES
 *
 * Handles are moved, not copied; a handle that was moved from is empty and may only be assigned to, tested, or
 * destroyed. get() lends the handle of groma.h. Spans, texts and answers point into the handle that returned them and
 * must not outlive it. For threads, see the comment of each handle in groma.h.
 */
#ifndef GROMA_HPP
#define GROMA_HPP

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>
#if defined(__has_include)
#if __has_include(<version>)
#include <version>
#endif
#endif
#ifdef __cpp_lib_span
#include <span>
#endif

#if __cplusplus < 201703L && (!defined(_MSVC_LANG) || _MSVC_LANG < 201703L)
#error "groma.hpp needs C++17: -std=c++17, /std:c++17, in CMake target_compile_features(program PRIVATE cxx_std_17)"
#endif

#include "groma.h"

#if !defined(GROMA_NO_EXCEPTIONS) && !defined(__cpp_exceptions) && !defined(_CPPUNWIND)
#define GROMA_NO_EXCEPTIONS
#endif

namespace groma {
// A namespace for each form of errors, so that translation units with different forms can be linked.
#ifdef GROMA_NO_EXCEPTIONS
inline namespace results {
#else
inline namespace exceptions {
#endif

/** Why a call failed. */
class error : public std::exception {
public:
    error() noexcept : error_{GROMA_INTERNAL, 0, {}} {}
    explicit error(const groma_error &why) noexcept : error_(why) {}

    /** One of the status numbers of groma.h, never GROMA_OK. */
    int32_t status() const noexcept { return error_.status; }
    /** The operating system's number, 0 when there is none. */
    int32_t os_code() const noexcept { return error_.os_code; }
    /** One line of UTF-8: the file or parameter, the value seen, the values accepted. */
    const char *what() const noexcept override { return error_.message; }

private:
    groma_error error_;
};

#ifdef GROMA_NO_EXCEPTIONS

/** The result of a call: a value or an error. Access to the one that it does not hold ends the program. */
template <class T> class [[nodiscard]] result {
public:
    result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
    result(const class error &why) : content_(std::in_place_index<1>, why) {}

    explicit operator bool() const noexcept { return content_.index() == 0; }
    T &operator*() & { return *std::get_if<0>(&checked(0)); }
    const T &operator*() const & { return *std::get_if<0>(&checked(0)); }
    T &&operator*() && { return std::move(*std::get_if<0>(&checked(0))); }
    T *operator->() { return std::get_if<0>(&checked(0)); }
    const T *operator->() const { return std::get_if<0>(&checked(0)); }
    const class error &error() const { return *std::get_if<1>(&checked(1)); }

private:
    std::variant<T, class error> &checked(std::size_t index) {
        if (content_.index() != index) { std::terminate(); }
        return content_;
    }
    const std::variant<T, class error> &checked(std::size_t index) const {
        if (content_.index() != index) { std::terminate(); }
        return content_;
    }
    std::variant<T, class error> content_;
};

/** The result of a call that returns no value: success or an error. */
template <> class [[nodiscard]] result<void> {
public:
    result() = default;
    result(const class error &why) : failed_(true), error_(why) {}

    explicit operator bool() const noexcept { return !failed_; }
    const class error &error() const {
        if (!failed_) { std::terminate(); }
        return error_;
    }

private:
    bool failed_ = false;
    class error error_;
};

#else

/** The result of a call: the value itself, because errors are thrown. */
template <class T> using result = T;

#endif

#ifdef __cpp_lib_span
template <class T> using span = std::span<T>;
#else
/** A pointer and a number of items: the part of C++20's std::span that is needed here. */
template <class T> class span {
public:
    using value_type = std::remove_cv_t<T>;

    constexpr span() noexcept = default;
    constexpr span(T *data, std::size_t size) noexcept : data_(data), size_(size) {}
    template <class Items, class Pointer = decltype(std::data(std::declval<Items &>())),
              class = std::enable_if_t<std::is_convertible_v<Pointer, T *>>>
    constexpr span(Items &&items) noexcept : data_(std::data(items)), size_(std::size(items)) {}

    constexpr T *data() const noexcept { return data_; }
    constexpr std::size_t size() const noexcept { return size_; }
    constexpr bool empty() const noexcept { return size_ == 0; }
    constexpr T &operator[](std::size_t n) const noexcept { return data_[n]; }
    constexpr T *begin() const noexcept { return data_; }
    constexpr T *end() const noexcept { return data_ + size_; }

private:
    T *data_ = nullptr;
    std::size_t size_ = 0;
};
#endif

/** x, y, z. */
using point = std::array<double, 3>;
/** West, south, east, north. */
using rectangle = std::array<double, 4>;

/** Converts a text for a field of a struct of groma.h; the characters must live as long as the struct is used. */
inline groma_str str(std::string_view text) noexcept { return groma_str{text.data(), text.size()}; }

/** Converts a text that a function of groma.h returned. */
inline std::string_view view(groma_str text) noexcept { return {text.data, text.size}; }

/** See groma_version. */
inline std::string_view version() noexcept { return view(groma_version()); }

/** See groma_abi_version. */
inline uint32_t abi_version() noexcept { return groma_abi_version(); }

/** See groma_open_handles. */
inline uint64_t open_handles() noexcept { return groma_open_handles(); }

/** See groma_status_name. */
inline std::string_view status_name(int32_t status) noexcept { return view(groma_status_name(status)); }

namespace detail {

/** Returns the value of a call that succeeded, or reports the error. */
template <class Make> result<std::invoke_result_t<Make>> finish(int32_t status, const groma_error &failure, Make make) {
    if (status != GROMA_OK) {
#ifdef GROMA_NO_EXCEPTIONS
        return error(failure);
#else
        throw error(failure);
#endif
    }
#ifdef GROMA_NO_EXCEPTIONS
    if constexpr (std::is_void_v<std::invoke_result_t<Make>>) {
        make();
        return {};
    } else {
        return make();
    }
#else
    return make();
#endif
}

/** Makes a call that has no output. */
template <class Call> result<void> plain(Call call) {
    groma_error failure{};
    return finish(call(&failure), failure, [] {});
}

/** Reports an array of a wrong length: a function of groma.h would read beyond its end. */
template <class Value = void> result<Value> wrong_length(const char *name, std::size_t seen, std::size_t accepted) {
    groma_error failure{};
    failure.status = GROMA_INVALID_ARGUMENT;
    std::snprintf(failure.message, sizeof failure.message, "%s is %llu items; accepted: %llu", name,
                  static_cast<unsigned long long>(seen), static_cast<unsigned long long>(accepted));
    return finish(failure.status, failure, [] { return Value(); });
}

/** Makes a call that creates a handle. */
template <class Handle, class Call> result<Handle> make(Call call) {
    groma_error failure{};
    typename Handle::raw_type *raw = nullptr;
    const int32_t status = call(&raw, &failure);
    return finish(status, failure, [&] { return Handle(raw); });
}

/** Makes a call that fills a struct with a struct_size. */
template <class Struct, class Call> result<Struct> fill(Call call) {
    groma_error failure{};
    Struct out{};
    out.struct_size = sizeof out;
    const int32_t status = call(&out, &failure);
    return finish(status, failure, [&] { return out; });
}

/** Makes a call that writes a number. */
template <class Number, class Call> result<Number> number(Call call) {
    groma_error failure{};
    Number out{};
    const int32_t status = call(&out, &failure);
    return finish(status, failure, [&] { return out; });
}

/** Makes a call that writes as many items as fit and returns how many there are. */
template <class Item, class Call> result<std::vector<Item>> list(Call call) {
    groma_error failure{};
    std::vector<Item> items;
    std::size_t count = 0;
    int32_t status = call(nullptr, 0, &count, &failure);
    while (status == GROMA_OK && count > items.size()) {
        items.resize(count);
        status = call(items.data(), items.size(), &count, &failure);
    }
    if (status == GROMA_OK) { items.resize(count); }
    return finish(status, failure, [&] { return std::move(items); });
}

/** Makes a call that writes text with a final NUL and returns how many bytes it needs. */
template <class Call> result<std::string> text(Call call) {
    groma_error failure{};
    std::string out;
    std::size_t size = 0;
    int32_t status = call(nullptr, 0, &size, &failure);
    while (status == GROMA_INVALID_ARGUMENT && size > out.size()) {
        out.resize(size);
        status = call(out.data(), out.size(), &size, &failure);
    }
    if (status == GROMA_OK) { out.resize(size - 1); }
    return finish(status, failure, [&] { return std::move(out); });
}

/** A handle that closes itself. */
template <class Raw, void (*close)(Raw *)> class handle {
public:
    using raw_type = Raw;

    handle() noexcept = default;
    explicit handle(Raw *raw) noexcept : raw_(raw) {}

    /** Returns whether the handle is not empty. */
    explicit operator bool() const noexcept { return raw_ != nullptr; }
    /** Returns the handle of groma.h, which this object still owns. */
    Raw *get() const noexcept { return raw_.get(); }
    /** Closes the handle now. */
    void reset() noexcept { raw_.reset(); }

private:
    struct closer {
        /* An empty handle makes no call, because a library that is loaded late may not be there. */
        void operator()(Raw *raw) const noexcept {
            if (raw != nullptr) { close(raw); }
        }
    };
    std::unique_ptr<Raw, closer> raw_;
};

/** Options that are filled with their defaults. */
template <class Struct, int32_t (*init)(Struct *, std::size_t)> struct options : Struct {
    options() noexcept : Struct{} { init(this, sizeof(Struct)); }
};

/** Iterates over anything that has operator[] and size(). */
template <class Range> class iterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = decltype(std::declval<const Range &>()[0]);
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = value_type;

    iterator(const Range *range, std::size_t at) noexcept : range_(range), at_(at) {}
    value_type operator*() const { return (*range_)[at_]; }
    iterator &operator++() noexcept {
        ++at_;
        return *this;
    }
    iterator operator++(int) noexcept {
        iterator before = *this;
        ++at_;
        return before;
    }
    bool operator==(const iterator &other) const noexcept { return at_ == other.at_; }
    bool operator!=(const iterator &other) const noexcept { return at_ != other.at_; }

private:
    const Range *range_;
    std::size_t at_;
};

} // namespace detail

using build_hash_tables_options =
    detail::options<groma_build_hash_tables_options, groma_build_hash_tables_options_init>;
using shard_writer_options = detail::options<groma_shard_writer_options, groma_shard_writer_options_init>;
using dataset_options = detail::options<groma_dataset_options, groma_dataset_options_init>;
using query = detail::options<groma_query, groma_query_init>;
using footprints = detail::options<groma_footprints, groma_footprints_init>;
using raster = detail::options<groma_raster, groma_raster_init>;
using city_input = detail::options<groma_city_input, groma_city_input_init>;
using build_city_mesh_options = detail::options<groma_build_city_mesh_options, groma_build_city_mesh_options_init>;
using part_options = detail::options<groma_part_options, groma_part_options_init>;
using generate_city_options = detail::options<groma_generate_city_options, groma_generate_city_options_init>;
using local_options = detail::options<groma_local_options, groma_local_options_init>;
using local_buffers = detail::options<groma_local_buffers, groma_local_buffers_init>;
using merge_options = detail::options<groma_merge_options, groma_merge_options_init>;
using check_options = detail::options<groma_check_options, groma_check_options_init>;
using export_options = detail::options<groma_export_options, groma_export_options_init>;
using levels_options = detail::options<groma_levels_options, groma_levels_options_init>;

/* Callbacks */

/** Receives each message of the library; see groma_log_fn. Exceptions that it throws are dropped. */
using log_function = std::function<void(int32_t level, std::string_view target, std::string_view message)>;

/** See groma_progress_fn; true lets the job continue, false cancels it. */
using progress_function = std::function<bool(const groma_progress &)>;

/** See groma_tile_fn. */
using tile_function = std::function<void(std::string_view name, uint64_t triangles)>;

/** See groma_log_to. An empty function ends the logging. */
inline result<void> log_to(log_function function, int32_t max_level) {
    static std::mutex replacing;
    // Never freed at the end of the program, because threads of jobs may still be running then.
    static log_function *current = nullptr;
    const std::lock_guard<std::mutex> lock(replacing);
    std::unique_ptr<log_function> next;
    if (function) { next = std::make_unique<log_function>(std::move(function)); }
    const groma_log_fn call = [](int32_t level, groma_str target, groma_str message, void *user) {
#ifdef GROMA_NO_EXCEPTIONS
        (*static_cast<log_function *>(user))(level, view(target), view(message));
#else
        try {
            (*static_cast<log_function *>(user))(level, view(target), view(message));
        } catch (...) {
        }
#endif
    };
    groma_error failure{};
    const int32_t status = groma_log_to(next ? call : nullptr, next.get(), max_level, &failure);
    if (status == GROMA_OK) { next.reset(std::exchange(current, next.release())); }
    return detail::finish(status, failure, [] {});
}

namespace detail {

/** The callbacks of a job, and the exception that one of them threw. */
struct callbacks {
    progress_function on_progress;
    tile_function on_tile;
    /* The callbacks that the options had: C functions with a pointer of their own. */
    groma_progress_fn options_progress = nullptr;
    groma_tile_fn options_tile = nullptr;
    void *options_user = nullptr;
#ifndef GROMA_NO_EXCEPTIONS
    std::exception_ptr thrown;
#endif

    template <class Call> bool guarded(Call call) noexcept {
#ifdef GROMA_NO_EXCEPTIONS
        return call();
#else
        if (thrown) { return false; }
        try {
            return call();
        } catch (...) {
            thrown = std::current_exception();
            return false;
        }
#endif
    }

    static int32_t progress(const groma_progress *progress, void *user) {
        auto *self = static_cast<callbacks *>(user);
        const bool go_on = self->guarded([&] {
            if (self->on_progress) { return self->on_progress(*progress); }
            return self->options_progress == nullptr || self->options_progress(progress, self->options_user) == 0;
        });
        return go_on ? 0 : 1;
    }

    static void tile(groma_str name, uint64_t triangles, void *user) {
        auto *self = static_cast<callbacks *>(user);
        self->guarded([&] {
            if (self->on_tile) {
                self->on_tile(view(name), triangles);
            } else {
                self->options_tile(name, triangles, self->options_user);
            }
            return true;
        });
    }

    /** Installs these callbacks in options; without any, the options keep their own functions. */
    template <class Options>
    static std::unique_ptr<callbacks> in(Options &options, progress_function on_progress, tile_function on_tile = {}) {
        if (!on_progress && !on_tile) { return nullptr; }
        auto made = std::make_unique<callbacks>();
        made->on_progress = std::move(on_progress);
        made->on_tile = std::move(on_tile);
        made->options_progress = options.on_progress;
        made->options_user = options.user;
        options.on_progress = progress;
        if constexpr (std::is_same_v<Options, build_city_mesh_options>) {
            made->options_tile = options.on_tile;
            if (made->on_tile || made->options_tile) { options.on_tile = tile; }
        }
        options.user = made.get();
        return made;
    }
};

} // namespace detail

/* Answers of queries */

/** A trajectory that a query found, with its samples in the order of time. */
struct trajectory {
    uint64_t id;
    span<const groma_sample> samples;
    /** For each sample the image in which it was found; empty where the query was not periodic. */
    span<const uint32_t> images;
};

/** The trajectories that one query found: for (groma::trajectory found : answer) ... */
class answer {
public:
    answer(const groma_query_view &view, std::size_t query) noexcept : view_(view), first_(0), end_(0) {
        if (query < view.query_count) {
            first_ = view.query_offsets[query];
            end_ = view.query_offsets[query + 1];
        }
    }

    std::size_t size() const noexcept { return static_cast<std::size_t>(end_ - first_); }
    bool empty() const noexcept { return first_ == end_; }
    trajectory operator[](std::size_t n) const noexcept {
        const uint64_t i = first_ + n;
        const uint64_t from = view_.sample_offsets[i], to = view_.sample_offsets[i + 1];
        const std::size_t count = static_cast<std::size_t>(to - from);
        const span<const uint32_t> images =
            view_.images == nullptr ? span<const uint32_t>() : span<const uint32_t>(view_.images + from, count);
        return {view_.ids[i], {view_.samples + from, count}, images};
    }
    detail::iterator<answer> begin() const noexcept { return {this, 0}; }
    detail::iterator<answer> end() const noexcept { return {this, size()}; }
    /** The ids alone. */
    span<const uint64_t> ids() const noexcept { return {view_.ids + first_, size()}; }

private:
    groma_query_view view_;
    uint64_t first_, end_;
};

/** The answers of one or several queries. */
class answers {
public:
    explicit answers(const groma_query_view &view) noexcept : view_(view) {}

    std::size_t size() const noexcept { return static_cast<std::size_t>(view_.query_count); }
    answer operator[](std::size_t query) const noexcept { return {view_, query}; }
    detail::iterator<answers> begin() const noexcept { return {this, 0}; }
    detail::iterator<answers> end() const noexcept { return {this, size()}; }
    /** The flat arrays. */
    const groma_query_view &arrays() const noexcept { return view_; }

private:
    groma_query_view view_;
};

/** The memory for answers; see groma_query_result. */
class query_result : public detail::handle<groma_query_result, groma_query_result_close> {
public:
    using handle::handle;

    /** See groma_query_result_create. */
    static result<query_result> create() {
        return detail::make<query_result>(
            [](auto **out, auto *error) { return groma_query_result_create(out, error); });
    }

    /** The answers of the last query, valid until the next query. See groma_query_result_get_view. */
    result<answers> get_view() const {
        groma_error failure{};
        groma_query_view view{};
        view.struct_size = sizeof view;
        const int32_t status = groma_query_result_get_view(get(), &view, &failure);
        return detail::finish(status, failure, [&] { return answers(view); });
    }
};

/* Tiles */

/** The arrays that groma_mesh_tile_read_local fills, for a tile or parts of it. */
struct local_mesh {
    std::vector<float> positions;
    /** Empty unless the options ask for them. */
    std::vector<float> normals;
    std::vector<uint32_t> indices;
    std::vector<int32_t> markers;
    /** The origin of the positions. */
    point origin;
};

/** See groma_mesh_tile. */
class mesh_tile : public detail::handle<groma_mesh_tile, groma_mesh_tile_close> {
public:
    using handle::handle;

    /** See groma_mesh_tile_get_view. */
    result<groma_mesh_tile_view> get_view() const {
        return detail::fill<groma_mesh_tile_view>(
            [&](auto *out, auto *error) { return groma_mesh_tile_get_view(get(), out, error); });
    }

    /** See groma_mesh_tile_local_size. */
    result<groma_local_size> local_size(const local_options &options = {}) const {
        return detail::fill<groma_local_size>(
            [&](auto *out, auto *error) { return groma_mesh_tile_local_size(get(), &options, out, error); });
    }

    /** See groma_mesh_tile_read_local. */
    result<void> read_local(const local_options &options, const groma_local_buffers &buffers) const {
        return detail::plain(
            [&](auto *error) { return groma_mesh_tile_read_local(get(), &options, &buffers, error); });
    }

    /** Calls groma_mesh_tile_local_size, then groma_mesh_tile_read_local with arrays of that size. */
    result<local_mesh> read_local(const local_options &options = {}) const {
        groma_error failure{};
        groma_local_size size{};
        size.struct_size = sizeof size;
        local_mesh mesh{};
        int32_t status = groma_mesh_tile_local_size(get(), &options, &size, &failure);
        if (status == GROMA_OK) {
            mesh.positions.resize(3 * size.vertex_count);
            mesh.normals.resize(options.normals ? 3 * size.vertex_count : 0);
            mesh.indices.resize(3 * size.triangle_count);
            mesh.markers.resize(size.triangle_count);
            mesh.origin = {size.origin[0], size.origin[1], size.origin[2]};
            local_buffers buffers;
            buffers.vertex_capacity = size.vertex_count;
            buffers.triangle_capacity = size.triangle_count;
            buffers.positions = mesh.positions.data();
            buffers.normals = mesh.normals.empty() ? nullptr : mesh.normals.data();
            buffers.indices = mesh.indices.data();
            buffers.markers = mesh.markers.data();
            status = groma_mesh_tile_read_local(get(), &options, &buffers, &failure);
        }
        return detail::finish(status, failure, [&] { return std::move(mesh); });
    }
};

/** The vertices of a view: x, y, z of each. */
inline span<const double> vertices(const groma_mesh_tile_view &view) noexcept {
    return {view.vertices, static_cast<std::size_t>(3 * view.vertex_count)};
}
/** The triangles of a view: three numbers of vertices each. */
inline span<const uint32_t> faces(const groma_mesh_tile_view &view) noexcept {
    return {view.faces, static_cast<std::size_t>(3 * view.face_count)};
}
/** The markers of a view, one for each triangle. */
inline span<const int32_t> markers(const groma_mesh_tile_view &view) noexcept {
    return {view.markers, static_cast<std::size_t>(view.face_count)};
}

/* Jobs */

/**
 * Work that runs on threads of its own. Destroying a job cancels it and waits for its end; call wait first to let it
 * finish.
 *
 * An exception from a callback cancels the job; wait and wait_for throw it again once the job has ended.
 */
class job : public detail::handle<groma_job, groma_job_close> {
public:
    job() noexcept = default;
    explicit job(groma_job *raw, std::unique_ptr<detail::callbacks> callbacks = {}) noexcept
        : handle(raw), callbacks_(std::move(callbacks)) {}
    job(job &&) noexcept = default;
    job &operator=(job &&other) noexcept {
        // The job must end before its callbacks are destroyed.
        reset();
        handle::operator=(std::move(other));
        callbacks_ = std::move(other.callbacks_);
        return *this;
    }
    ~job() { reset(); }

    /** See groma_job_poll. */
    result<groma_progress> poll() const {
        return detail::fill<groma_progress>(
            [&](auto *out, auto *error) { return groma_job_poll(get(), out, error); });
    }

    /** Waits for the job's end; fails when it failed or was cancelled. See groma_job_wait. */
    result<void> wait() const {
        groma_error failure{};
        const int32_t status = groma_job_wait(get(), -1, &failure);
        rethrow();
        return detail::finish(status, failure, [] {});
    }

    /** As wait, but no longer than the timeout: false when the job still runs. A negative timeout counts as 0. */
    result<bool> wait_for(std::chrono::milliseconds timeout) const {
        groma_error failure{};
        const int32_t status = groma_job_wait(get(), timeout.count() < 0 ? 0 : timeout.count(), &failure);
        if (status != GROMA_TIMEOUT) { rethrow(); }
        return detail::finish(status == GROMA_TIMEOUT ? GROMA_OK : status, failure, [&] { return status == GROMA_OK; });
    }

    /** See groma_job_cancel. */
    result<void> cancel() const {
        return detail::plain([&](auto *error) { return groma_job_cancel(get(), error); });
    }

    /** The report of a build of hash tables; see groma_job_hash_tables_report. */
    result<groma_hash_tables_report> hash_tables_report() const {
        return detail::fill<groma_hash_tables_report>(
            [&](auto *out, auto *error) { return groma_job_hash_tables_report(get(), out, error); });
    }

    /** The report of a build of a city mesh; see groma_job_city_report. */
    result<groma_city_report> city_report() const {
        return detail::fill<groma_city_report>(
            [&](auto *out, auto *error) { return groma_job_city_report(get(), out, error); });
    }

    /** The report of a part of a build; see groma_job_part_report. */
    result<groma_part_report> part_report() const {
        return detail::fill<groma_part_report>(
            [&](auto *out, auto *error) { return groma_job_part_report(get(), out, error); });
    }

    /** The report of a merge; see groma_job_merge_report. */
    result<groma_merge_report> merge_report() const {
        return detail::fill<groma_merge_report>(
            [&](auto *out, auto *error) { return groma_job_merge_report(get(), out, error); });
    }

    /** The report of a check; see groma_job_check_report. */
    result<groma_check_report> check_report() const {
        return detail::fill<groma_check_report>(
            [&](auto *out, auto *error) { return groma_job_check_report(get(), out, error); });
    }

    /** The report of a build of levels; see groma_job_levels_report. */
    result<groma_levels_report> levels_report() const {
        return detail::fill<groma_levels_report>(
            [&](auto *out, auto *error) { return groma_job_levels_report(get(), out, error); });
    }

    /** The number of tiles that an export wrote; see groma_job_exported_tiles. */
    result<uint64_t> exported_tiles() const {
        return detail::number<uint64_t>(
            [&](auto *out, auto *error) { return groma_job_exported_tiles(get(), out, error); });
    }

    /** The report of a job of any kind; see groma_job_report_json. */
    result<std::string> report_json() const {
        return detail::text([&](char *buffer, std::size_t capacity, std::size_t *size, auto *error) {
            return groma_job_report_json(get(), buffer, capacity, size, error);
        });
    }

    /** The answers of a query that an _async function started; see groma_job_query_view. */
    result<answers> query_view() const {
        groma_error failure{};
        groma_query_view view{};
        view.struct_size = sizeof view;
        const int32_t status = groma_job_query_view(get(), &view, &failure);
        return detail::finish(status, failure, [&] { return answers(view); });
    }

    /** The tile of mesh_store::get_tile_async, which can be taken once; see groma_job_take_tile. */
    result<mesh_tile> take_tile() const {
        return detail::make<mesh_tile>([&](auto **out, auto *error) { return groma_job_take_tile(get(), out, error); });
    }

private:
    void rethrow() const {
#ifndef GROMA_NO_EXCEPTIONS
        if (callbacks_ && callbacks_->thrown) { std::rethrow_exception(callbacks_->thrown); }
#endif
    }

    std::unique_ptr<detail::callbacks> callbacks_;
};

namespace detail {

/** Makes a call that starts a job with callbacks. */
template <class Call> result<job> start(std::unique_ptr<callbacks> callbacks, Call call) {
    groma_error failure{};
    groma_job *raw = nullptr;
    const int32_t status = call(&raw, &failure);
    return finish(status, failure, [&] { return job(raw, std::move(callbacks)); });
}

} // namespace detail

/** Builds and waits for the end; see groma_build_hash_tables. */
inline result<groma_hash_tables_report> build_hash_tables(std::string_view dataset,
                                                          const build_hash_tables_options &options) {
    return detail::fill<groma_hash_tables_report>([&](auto *out, auto *error) {
        return groma_build_hash_tables(str(dataset), &options, out, error);
    });
}

/** See groma_build_hash_tables_from_shards. */
inline result<job> build_hash_tables_from_shards(std::string_view dataset, build_hash_tables_options options,
                                                 progress_function on_progress = {}) {
    auto callbacks = detail::callbacks::in(options, std::move(on_progress));
    return detail::start(std::move(callbacks), [&](auto **out, auto *error) {
        return groma_build_hash_tables_from_shards(str(dataset), &options, out, error);
    });
}

/** See groma_plan_hash_tables. */
inline result<job> plan_hash_tables(std::string_view dataset, build_hash_tables_options options,
                                    progress_function on_progress = {}) {
    auto callbacks = detail::callbacks::in(options, std::move(on_progress));
    return detail::start(std::move(callbacks), [&](auto **out, auto *error) {
        return groma_plan_hash_tables(str(dataset), &options, out, error);
    });
}

/** See groma_build_hash_tables_part. */
inline result<job> build_hash_tables_part(std::string_view dataset, uint32_t part, uint32_t parts,
                                          build_hash_tables_options options, progress_function on_progress = {}) {
    auto callbacks = detail::callbacks::in(options, std::move(on_progress));
    return detail::start(std::move(callbacks), [&](auto **out, auto *error) {
        return groma_build_hash_tables_part(str(dataset), part, parts, &options, out, error);
    });
}

/** See groma_finish_hash_tables. */
inline result<job> finish_hash_tables(std::string_view dataset, build_hash_tables_options options,
                                      progress_function on_progress = {}) {
    auto callbacks = detail::callbacks::in(options, std::move(on_progress));
    return detail::start(std::move(callbacks), [&](auto **out, auto *error) {
        return groma_finish_hash_tables(str(dataset), &options, out, error);
    });
}

/* Data sets */

/** See groma_shard_writer. */
class shard_writer : public detail::handle<groma_shard_writer, groma_shard_writer_close> {
public:
    using handle::handle;

    /** See groma_shard_writer_create. */
    static result<shard_writer> create(std::string_view folder, const shard_writer_options &options) {
        groma_error failure{};
        groma_shard_writer *raw = nullptr;
        const int32_t status = groma_shard_writer_create(str(folder), &options, &raw, &failure);
        return detail::finish(status, failure, [&] {
            shard_writer writer(raw);
            writer.interval_ = options.interval;
            return writer;
        });
    }

    /** See groma_shard_writer_append; positions has ids.size() x interval x 3 floats. */
    result<void> append(int32_t first_step, span<const uint64_t> ids, span<const float> positions) const {
        const std::size_t floats = ids.size() * interval_ * 3;
        if (interval_ != 0 && positions.size() != floats) {
            return detail::wrong_length("positions", positions.size(), floats);
        }
        return detail::plain([&](auto *error) {
            return groma_shard_writer_append(get(), first_step, ids.size(), ids.data(), positions.data(), error);
        });
    }

    /** See groma_shard_writer_finish. */
    result<void> finish() const {
        return detail::plain([&](auto *error) { return groma_shard_writer_finish(get(), error); });
    }

private:
    /* The interval of a writer that create made; 0 for a handle that was created in C. */
    std::size_t interval_ = 0;
};

/** A trajectory data set opened for queries; see groma_dataset. */
class dataset : public detail::handle<groma_dataset, groma_dataset_close> {
public:
    using handle::handle;

    /** See groma_dataset_open. */
    static result<dataset> open(std::string_view folder, const dataset_options &options = {}) {
        return detail::make<dataset>(
            [&](auto **out, auto *error) { return groma_dataset_open(str(folder), &options, out, error); });
    }

    /** See groma_dataset_get_info. */
    result<groma_dataset_info> get_info() const {
        return detail::fill<groma_dataset_info>(
            [&](auto *out, auto *error) { return groma_dataset_get_info(get(), out, error); });
    }

    /** x, y, z at each time step from first_step to last_step; see groma_dataset_positions. */
    result<std::vector<float>> positions(uint64_t id, int32_t first_step, int32_t last_step) const {
        groma_error failure{};
        groma_dataset_info info{};
        info.struct_size = sizeof info;
        const bool is_known = groma_dataset_get_info(get(), &info, nullptr) == GROMA_OK;
        const int64_t steps = int64_t{last_step} - first_step + 1;
        /* groma_dataset_positions refuses time steps that the data set does not have, before it writes anything. */
        const bool is_there = is_known && steps > 0 && first_step >= info.first_step && last_step <= info.last_step;
        std::vector<float> out(is_there ? static_cast<std::size_t>(3 * steps) : 3);
        const int32_t status = groma_dataset_positions(get(), id, first_step, last_step, out.data(), &failure);
        return detail::finish(status, failure, [&] { return std::move(out); });
    }

    /** Space repeats itself after extent for all queries from now on; see groma_dataset_set_periodic. */
    result<void> set_periodic(const point &extent, const point &origin = {}) const {
        return detail::plain(
            [&](auto *error) { return groma_dataset_set_periodic(get(), extent.data(), origin.data(), error); });
    }

    /** Space does not repeat itself; see groma_dataset_set_periodic. */
    result<void> set_not_periodic() const {
        return detail::plain([&](auto *error) { return groma_dataset_set_periodic(get(), nullptr, nullptr, error); });
    }

    /** See groma_dataset_cell_sizes. */
    result<std::vector<float>> cell_sizes() const {
        return detail::list<float>([&](float *sizes, std::size_t capacity, std::size_t *count, auto *error) {
            return groma_dataset_cell_sizes(get(), sizes, capacity, count, error);
        });
    }

    /** See groma_dataset_get_table_bounds. */
    result<groma_table_bounds> get_table_bounds(float cell_size) const {
        return detail::fill<groma_table_bounds>(
            [&](auto *out, auto *error) { return groma_dataset_get_table_bounds(get(), cell_size, out, error); });
    }

    /** See groma_dataset_table_steps. */
    result<std::vector<int32_t>> table_steps(float cell_size) const {
        return detail::list<int32_t>([&](int32_t *steps, std::size_t capacity, std::size_t *count, auto *error) {
            return groma_dataset_table_steps(get(), cell_size, steps, capacity, count, error);
        });
    }

    /** See groma_dataset_missing_steps. */
    result<std::vector<int32_t>> missing_steps(float cell_size, int32_t first_step, int32_t last_step) const {
        return detail::list<int32_t>([&](int32_t *steps, std::size_t capacity, std::size_t *count, auto *error) {
            return groma_dataset_missing_steps(get(), cell_size, first_step, last_step, steps, capacity, count, error);
        });
    }

    /** See groma_dataset_unload. */
    result<void> unload(float cell_size) const {
        return detail::plain([&](auto *error) { return groma_dataset_unload(get(), cell_size, error); });
    }

    /** See groma_dataset_unload_all. */
    result<void> unload_all() const {
        return detail::plain([&](auto *error) { return groma_dataset_unload_all(get(), error); });
    }

    /** See groma_dataset_get_memory_stats. */
    result<groma_memory_stats> get_memory_stats() const {
        return detail::fill<groma_memory_stats>(
            [&](auto *out, auto *error) { return groma_dataset_get_memory_stats(get(), out, error); });
    }

    /* Queries: the answer points into `into`, and is valid until the next query writes there. */

    /** See groma_query_radius. */
    result<answer> query_radius(float cell_size, int32_t step, const point &centre, double radius,
                                query_result &into) const {
        return one(into, [&](auto *error) {
            return groma_query_radius(get(), cell_size, step, centre.data(), radius, into.get(), error);
        });
    }

    /** The answers of the inner radius and of the outer one; see groma_query_dual_radius. */
    result<answers> query_dual_radius(float cell_size, int32_t step, const point &centre, double inner_radius,
                                      double outer_radius, query_result &into) const {
        return all(into, [&](auto *error) {
            return groma_query_dual_radius(get(), cell_size, step, centre.data(), inner_radius, outer_radius,
                                           into.get(), error);
        });
    }

    /** See groma_query_time_range. */
    result<answer> query_time_range(float cell_size, int32_t first_step, int32_t last_step, const point &centre,
                                    double radius, query_result &into) const {
        return one(into, [&](auto *error) {
            return groma_query_time_range(get(), cell_size, first_step, last_step, centre.data(), radius, into.get(),
                                          error);
        });
    }

    /** See groma_query_trajectory. */
    result<answer> query_trajectory(float cell_size, int32_t first_step, int32_t last_step, uint64_t id, double radius,
                                    query_result &into) const {
        return one(into, [&](auto *error) {
            return groma_query_trajectory(get(), cell_size, first_step, last_step, id, radius, into.get(), error);
        });
    }

    /** See groma_query_path; there must be a position for each of the steps, and further positions are ignored. */
    result<answer> query_path(float cell_size, span<const int32_t> steps, span<const point> positions, double radius,
                              query_result &into) const {
        const std::size_t count = steps.size() < positions.size() ? steps.size() : positions.size();
        return one(into, [&](auto *error) {
            return groma_query_path(get(), cell_size, count, steps.data(), numbers(positions), radius, into.get(),
                                    error);
        });
    }

    /** See groma_query_nearest. */
    result<answer> query_nearest(float cell_size, int32_t step, const point &centre, std::size_t count,
                                 query_result &into) const {
        return one(into, [&](auto *error) {
            return groma_query_nearest(get(), cell_size, step, centre.data(), count, into.get(), error);
        });
    }

    /** An answer for each of the points; see groma_query_radius_batch. */
    result<answers> query_radius_batch(float cell_size, int32_t step, span<const point> centres, double radius,
                                       query_result &into) const {
        return all(into, [&](auto *error) {
            return groma_query_radius_batch(get(), cell_size, step, centres.size(), numbers(centres), radius,
                                            into.get(), error);
        });
    }

    /** An answer for each of the points; see groma_query_nearest_batch. */
    result<answers> query_nearest_batch(float cell_size, int32_t step, span<const point> centres, std::size_t count,
                                        query_result &into) const {
        return all(into, [&](auto *error) {
            return groma_query_nearest_batch(get(), cell_size, step, centres.size(), numbers(centres), count,
                                             into.get(), error);
        });
    }

    /** A query of any kind; see groma_dataset_query. */
    result<answers> query(const groma::query &asked, query_result &into) const {
        return all(into, [&](auto *error) { return groma_dataset_query(get(), &asked, into.get(), error); });
    }

    /** A query of any kind in the background: job::query_view gives the answer; see groma_dataset_query_async. */
    result<job> query_async(const groma::query &asked) const {
        return detail::make<job>(
            [&](auto **out, auto *error) { return groma_dataset_query_async(get(), &asked, out, error); });
    }

    /** job::query_view gives the answer; see groma_query_radius_async. */
    result<job> query_radius_async(float cell_size, int32_t step, const point &centre, double radius) const {
        return detail::make<job>([&](auto **out, auto *error) {
            return groma_query_radius_async(get(), cell_size, step, centre.data(), radius, out, error);
        });
    }

    /** See groma_query_dual_radius_async. */
    result<job> query_dual_radius_async(float cell_size, int32_t step, const point &centre, double inner_radius,
                                        double outer_radius) const {
        return detail::make<job>([&](auto **out, auto *error) {
            return groma_query_dual_radius_async(get(), cell_size, step, centre.data(), inner_radius, outer_radius, out,
                                                 error);
        });
    }

    /** See groma_query_time_range_async. */
    result<job> query_time_range_async(float cell_size, int32_t first_step, int32_t last_step, const point &centre,
                                       double radius) const {
        return detail::make<job>([&](auto **out, auto *error) {
            return groma_query_time_range_async(get(), cell_size, first_step, last_step, centre.data(), radius, out,
                                                error);
        });
    }

    /** See groma_query_trajectory_async. */
    result<job> query_trajectory_async(float cell_size, int32_t first_step, int32_t last_step, uint64_t id,
                                       double radius) const {
        return detail::make<job>([&](auto **out, auto *error) {
            return groma_query_trajectory_async(get(), cell_size, first_step, last_step, id, radius, out, error);
        });
    }

    /** See groma_query_path_async; positions beyond the last of steps are not looked at. */
    result<job> query_path_async(float cell_size, span<const int32_t> steps, span<const point> positions,
                                 double radius) const {
        const std::size_t count = steps.size() < positions.size() ? steps.size() : positions.size();
        return detail::make<job>([&](auto **out, auto *error) {
            return groma_query_path_async(get(), cell_size, count, steps.data(), numbers(positions), radius, out,
                                          error);
        });
    }

    /** See groma_query_nearest_async. */
    result<job> query_nearest_async(float cell_size, int32_t step, const point &centre, std::size_t count) const {
        return detail::make<job>([&](auto **out, auto *error) {
            return groma_query_nearest_async(get(), cell_size, step, centre.data(), count, out, error);
        });
    }

    /** See groma_query_radius_batch_async. */
    result<job> query_radius_batch_async(float cell_size, int32_t step, span<const point> centres,
                                         double radius) const {
        return detail::make<job>([&](auto **out, auto *error) {
            return groma_query_radius_batch_async(get(), cell_size, step, centres.size(), numbers(centres), radius, out,
                                                  error);
        });
    }

    /** See groma_query_nearest_batch_async. */
    result<job> query_nearest_batch_async(float cell_size, int32_t step, span<const point> centres,
                                          std::size_t count) const {
        return detail::make<job>([&](auto **out, auto *error) {
            return groma_query_nearest_batch_async(get(), cell_size, step, centres.size(), numbers(centres), count, out,
                                                   error);
        });
    }

private:
    static const double *numbers(span<const point> points) noexcept {
        return points.empty() ? nullptr : points.data()->data();
    }

    template <class Ask> static result<answers> all(const query_result &into, Ask ask) {
        groma_error failure{};
        groma_query_view view{};
        view.struct_size = sizeof view;
        int32_t status = ask(&failure);
        if (status == GROMA_OK) { status = groma_query_result_get_view(into.get(), &view, &failure); }
        return detail::finish(status, failure, [&] { return answers(view); });
    }

    template <class Ask> static result<answer> one(const query_result &into, Ask ask) {
        groma_error failure{};
        groma_query_view view{};
        view.struct_size = sizeof view;
        int32_t status = ask(&failure);
        if (status == GROMA_OK) { status = groma_query_result_get_view(into.get(), &view, &failure); }
        return detail::finish(status, failure, [&] { return answer(view, 0); });
    }
};

/** One hash table file; see groma_hash_table. */
class hash_table : public detail::handle<groma_hash_table, groma_hash_table_close> {
public:
    using handle::handle;

    /** See groma_hash_table_open. */
    static result<hash_table> open(std::string_view file) {
        return detail::make<hash_table>(
            [&](auto **out, auto *error) { return groma_hash_table_open(str(file), out, error); });
    }

    /** See groma_hash_table_get_info. */
    result<groma_hash_table_info> get_info() const {
        return detail::fill<groma_hash_table_info>(
            [&](auto *out, auto *error) { return groma_hash_table_get_info(get(), out, error); });
    }

    /** The cells and the ids of a table. */
    struct arrays {
        span<const groma_hash_table_entry> entries;
        span<const uint32_t> ids;
    };

    /** See groma_hash_table_get_arrays. */
    result<arrays> get_arrays() const {
        groma_error failure{};
        const groma_hash_table_entry *entries = nullptr;
        const uint32_t *ids = nullptr;
        std::size_t entry_count = 0, id_count = 0;
        const int32_t status = groma_hash_table_get_arrays(get(), &entries, &entry_count, &ids, &id_count, &failure);
        return detail::finish(status, failure, [&] { return arrays{{entries, entry_count}, {ids, id_count}}; });
    }

    /** See groma_hash_table_cell. */
    result<span<const uint32_t>> cell(uint32_t x, uint32_t y, uint32_t z) const {
        return ids([&](const uint32_t **ids, std::size_t *count, auto *error) {
            return groma_hash_table_cell(get(), x, y, z, ids, count, error);
        });
    }

    /** See groma_hash_table_cell_at. */
    result<span<const uint32_t>> cell_at(const point &position) const {
        return ids([&](const uint32_t **ids, std::size_t *count, auto *error) {
            return groma_hash_table_cell_at(get(), position.data(), ids, count, error);
        });
    }

    /** See groma_hash_table_candidates. */
    result<std::vector<uint32_t>> candidates(const point &centre, double radius) const {
        return detail::list<uint32_t>([&](uint32_t *ids, std::size_t capacity, std::size_t *count, auto *error) {
            return groma_hash_table_candidates(get(), centre.data(), radius, ids, capacity, count, error);
        });
    }

private:
    template <class Call> static result<span<const uint32_t>> ids(Call call) {
        groma_error failure{};
        const uint32_t *ids = nullptr;
        std::size_t count = 0;
        const int32_t status = call(&ids, &count, &failure);
        return detail::finish(status, failure, [&] { return span<const uint32_t>(ids, count); });
    }
};

/** See groma_cell_of_position. */
inline result<std::array<int32_t, 3>> cell_of_position(const point &position, const point &box_min, float cell_size) {
    return detail::number<std::array<int32_t, 3>>([&](auto *cell, auto *error) {
        return groma_cell_of_position(position.data(), box_min.data(), cell_size, cell->data(), error);
    });
}

/** See groma_cell_key. */
inline result<uint64_t> cell_key(const std::array<int32_t, 3> &cell) {
    return detail::number<uint64_t>([&](auto *key, auto *error) { return groma_cell_key(cell.data(), key, error); });
}

/** One id and one position for each sample; returns the number of samples in the table. See groma_write_hash_table. */
inline result<uint32_t> write_hash_table(std::string_view folder, float cell_size, const point &box_min,
                                         const point &box_max, int32_t step, span<const uint32_t> ids,
                                         span<const point> positions) {
    if (positions.size() != ids.size()) {
        return detail::wrong_length<uint32_t>("positions", positions.size(), ids.size());
    }
    return detail::number<uint32_t>([&](auto *written, auto *error) {
        return groma_write_hash_table(str(folder), cell_size, box_min.data(), box_max.data(), step, ids.size(),
                                      ids.data(), reinterpret_cast<const double *>(positions.data()), written, error);
    });
}

/* Cities */

/** See groma_build_city_mesh_tiled. */
inline result<job> build_city_mesh_tiled(const city_input &input, std::string_view store,
                                         build_city_mesh_options options = {}, progress_function on_progress = {},
                                         tile_function on_tile = {}) {
    auto callbacks = detail::callbacks::in(options, std::move(on_progress), std::move(on_tile));
    return detail::start(std::move(callbacks), [&](auto **out, auto *error) {
        return groma_build_city_mesh_tiled(&input, str(store), &options, out, error);
    });
}

/** See groma_plan_city_mesh. */
inline result<job> plan_city_mesh(const city_input &input, std::string_view store,
                                  build_city_mesh_options options = {}, progress_function on_progress = {}) {
    auto callbacks = detail::callbacks::in(options, std::move(on_progress));
    return detail::start(std::move(callbacks), [&](auto **out, auto *error) {
        return groma_plan_city_mesh(&input, str(store), &options, out, error);
    });
}

/** See groma_build_city_mesh_part. */
inline result<job> build_city_mesh_part(std::string_view store, uint32_t part, uint32_t parts,
                                        part_options options = {}, progress_function on_progress = {},
                                        tile_function on_tile = {}) {
    auto callbacks = detail::callbacks::in(options, std::move(on_progress), std::move(on_tile));
    return detail::start(std::move(callbacks), [&](auto **out, auto *error) {
        return groma_build_city_mesh_part(str(store), part, parts, &options, out, error);
    });
}

/** See groma_finish_city_mesh. */
inline result<job> finish_city_mesh(std::string_view store, part_options options = {},
                                    progress_function on_progress = {}, tile_function on_tile = {}) {
    auto callbacks = detail::callbacks::in(options, std::move(on_progress), std::move(on_tile));
    return detail::start(std::move(callbacks), [&](auto **out, auto *error) {
        return groma_finish_city_mesh(str(store), &options, out, error);
    });
}

/** Returns the bounds of the terrain; see groma_generate_city. */
inline result<rectangle> generate_city(std::string_view folder, const generate_city_options &options = {}) {
    return detail::number<rectangle>([&](auto *bounds, auto *error) {
        return groma_generate_city(str(folder), &options, bounds->data(), error);
    });
}

/** The area that would be meshed, and its density of buildings. */
struct city_measures {
    rectangle bounds;
    double edge_pieces_per_km2;
};

/** See groma_measure_city. */
inline result<city_measures> measure_city(const city_input &input, const build_city_mesh_options &options = {}) {
    return detail::number<city_measures>([&](auto *out, auto *error) {
        return groma_measure_city(&input, &options, out->bounds.data(), &out->edge_pieces_per_km2, error);
    });
}

/** See groma_calculate_optimal_tile_size. */
inline result<groma_tile_size_estimate> calculate_optimal_tile_size(const city_measures &city, double memory_fraction,
                                                                    const build_city_mesh_options &options = {}) {
    return detail::fill<groma_tile_size_estimate>([&](auto *out, auto *error) {
        return groma_calculate_optimal_tile_size(city.bounds.data(), city.edge_pieces_per_km2, memory_fraction,
                                                 &options, out, error);
    });
}

/** See groma_should_use_tiling. */
inline result<bool> should_use_tiling(const city_measures &city, double memory_fraction,
                                      const build_city_mesh_options &options = {}) {
    groma_error failure{};
    int32_t tiling = 0;
    const int32_t status = groma_should_use_tiling(city.bounds.data(), city.edge_pieces_per_km2, memory_fraction,
                                                   &options, &tiling, &failure);
    return detail::finish(status, failure, [&] { return tiling == 1; });
}

/* Stores of tiles */

/** Names of tiles, sorted: for (std::string_view name : list) ... */
class tile_list : public detail::handle<groma_tile_list, groma_tile_list_close> {
public:
    tile_list() noexcept = default;
    explicit tile_list(groma_tile_list *raw) noexcept : handle(raw) {
        groma_tile_list_get_names(raw, &names_, &size_, nullptr);
    }

    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    std::string_view operator[](std::size_t n) const noexcept { return view(names_[n]); }
    detail::iterator<tile_list> begin() const noexcept { return {this, 0}; }
    detail::iterator<tile_list> end() const noexcept { return {this, size_}; }

private:
    const groma_str *names_ = nullptr;
    std::size_t size_ = 0;
};

/** A folder of tiles; see groma_mesh_store. */
class mesh_store : public detail::handle<groma_mesh_store, groma_mesh_store_close> {
public:
    using handle::handle;

    /** See groma_mesh_store_create. */
    static result<mesh_store> create(std::string_view folder, std::string_view metadata = {}) {
        return detail::make<mesh_store>([&](auto **out, auto *error) {
            return groma_mesh_store_create(str(folder), str(metadata), out, error);
        });
    }

    /** See groma_mesh_store_open. */
    static result<mesh_store> open(std::string_view folder) {
        return detail::make<mesh_store>(
            [&](auto **out, auto *error) { return groma_mesh_store_open(str(folder), out, error); });
    }

    /** JSON; see groma_mesh_store_get_metadata. */
    result<std::string> get_metadata() const {
        return detail::text([&](char *buffer, std::size_t capacity, std::size_t *size, auto *error) {
            return groma_mesh_store_get_metadata(get(), buffer, capacity, size, error);
        });
    }

    /** A building of a city, with the names of its footprints, one in each line. */
    struct building {
        groma_building facts{};
        std::string names;
    };

    /** See groma_mesh_store_get_building. */
    result<building> get_building(uint32_t number) const {
        groma_error failure{};
        building found;
        found.facts.struct_size = sizeof found.facts;
        std::size_t size = 0;
        const auto call = [&] {
            return groma_mesh_store_get_building(get(), number, &found.facts, found.names.data(), found.names.size(),
                                                 &size, &failure);
        };
        int32_t status = call();
        while (status == GROMA_INVALID_ARGUMENT && size > found.names.size()) {
            found.names.resize(size);
            status = call();
        }
        if (status == GROMA_OK) { found.names.resize(size - 1); }
        return detail::finish(status, failure, [&] { return std::move(found); });
    }

    /** See groma_mesh_store_get_crs. */
    result<std::string> get_crs() const {
        return detail::text([&](char *buffer, std::size_t capacity, std::size_t *size, auto *error) {
            return groma_mesh_store_get_crs(get(), buffer, capacity, size, error);
        });
    }

    /** Vertices have three numbers each, faces three, markers one for each face, or none at all; see
     * groma_mesh_store_add_tile. */
    result<void> add_tile(std::string_view name, span<const double> vertices, span<const uint32_t> faces,
                          span<const int32_t> markers = {}) const {
        if (vertices.size() % 3 != 0) {
            return detail::wrong_length("vertices", vertices.size(), vertices.size() / 3 * 3);
        }
        if (faces.size() % 3 != 0) { return detail::wrong_length("faces", faces.size(), faces.size() / 3 * 3); }
        if (!markers.empty() && markers.size() != faces.size() / 3) {
            return detail::wrong_length("markers", markers.size(), faces.size() / 3);
        }
        return detail::plain([&](auto *error) {
            return groma_mesh_store_add_tile(get(), str(name), vertices.data(), vertices.size() / 3, faces.data(),
                                             faces.size() / 3, markers.empty() ? nullptr : markers.data(), error);
        });
    }

    /** See groma_mesh_store_remove_tile. */
    result<void> remove_tile(std::string_view name) const {
        return detail::plain([&](auto *error) { return groma_mesh_store_remove_tile(get(), str(name), error); });
    }

    /** See groma_mesh_store_list_tiles. */
    result<tile_list> list_tiles() const {
        return detail::make<tile_list>(
            [&](auto **out, auto *error) { return groma_mesh_store_list_tiles(get(), out, error); });
    }

    /** See groma_mesh_store_tile_info. */
    result<groma_tile_info> tile_info(std::string_view name) const {
        return detail::fill<groma_tile_info>(
            [&](auto *out, auto *error) { return groma_mesh_store_tile_info(get(), str(name), out, error); });
    }

    /** See groma_mesh_store_total_stats. */
    result<groma_store_stats> total_stats() const {
        return detail::fill<groma_store_stats>(
            [&](auto *out, auto *error) { return groma_mesh_store_total_stats(get(), out, error); });
    }

    /** The city's levels of detail; see groma_mesh_store_open_levels. */
    result<mesh_store> open_levels() const {
        return detail::make<mesh_store>(
            [&](auto **out, auto *error) { return groma_mesh_store_open_levels(get(), out, error); });
    }

    /** See groma_mesh_store_tile_level. */
    result<groma_tile_level> tile_level(std::string_view name) const {
        return detail::fill<groma_tile_level>(
            [&](auto *out, auto *error) { return groma_mesh_store_tile_level(get(), str(name), out, error); });
    }

    /** See groma_mesh_store_get_tile. */
    result<mesh_tile> get_tile(std::string_view name) const {
        return detail::make<mesh_tile>(
            [&](auto **out, auto *error) { return groma_mesh_store_get_tile(get(), str(name), out, error); });
    }

    /** job::take_tile returns the tile; see groma_mesh_store_get_tile_async. */
    result<job> get_tile_async(std::string_view name, span<const uint32_t> parts,
                               const local_options &options = {}) const {
        return detail::make<job>([&](auto **out, auto *error) {
            return groma_mesh_store_get_tile_async(get(), str(name), &options, parts.data(), parts.size(), out, error);
        });
    }

    /** See groma_mesh_store_clear. */
    result<void> clear() const {
        return detail::plain([&](auto *error) { return groma_mesh_store_clear(get(), error); });
    }

    /** Deletes the store from the disk; see groma_mesh_store_delete. */
    result<void> remove() const {
        return detail::plain([&](auto *error) { return groma_mesh_store_delete(get(), error); });
    }
};

/** See groma_mesh_store_merge. */
inline result<job> mesh_store_merge(std::string_view folder, std::string_view path, merge_options options = {},
                                    progress_function on_progress = {}) {
    auto callbacks = detail::callbacks::in(options, std::move(on_progress));
    return detail::start(std::move(callbacks), [&](auto **out, auto *error) {
        return groma_mesh_store_merge(str(folder), str(path), &options, out, error);
    });
}

/** See groma_mesh_store_check. */
inline result<job> mesh_store_check(std::string_view folder, check_options options = {},
                                    progress_function on_progress = {}) {
    auto callbacks = detail::callbacks::in(options, std::move(on_progress));
    return detail::start(std::move(callbacks), [&](auto **out, auto *error) {
        return groma_mesh_store_check(str(folder), &options, out, error);
    });
}

/** See groma_mesh_store_export. */
inline result<job> mesh_store_export(std::string_view folder, std::string_view path, export_options options = {},
                                     progress_function on_progress = {}) {
    auto callbacks = detail::callbacks::in(options, std::move(on_progress));
    return detail::start(std::move(callbacks), [&](auto **out, auto *error) {
        return groma_mesh_store_export(str(folder), str(path), &options, out, error);
    });
}

/** See groma_mesh_store_build_levels. */
inline result<job> mesh_store_build_levels(std::string_view folder, levels_options options = {},
                                           progress_function on_progress = {}) {
    auto callbacks = detail::callbacks::in(options, std::move(on_progress));
    return detail::start(std::move(callbacks), [&](auto **out, auto *error) {
        return groma_mesh_store_build_levels(str(folder), &options, out, error);
    });
}

/* Mapped arrays */

/** The GROMA_ELEMENT_ of a C++ type. */
template <class T> constexpr int32_t element_type() noexcept {
    using type = std::remove_cv_t<T>;
    if constexpr (std::is_same_v<type, float>) { return GROMA_ELEMENT_F32; }
    else if constexpr (std::is_same_v<type, double>) { return GROMA_ELEMENT_F64; }
    else if constexpr (std::is_same_v<type, int32_t>) { return GROMA_ELEMENT_I32; }
    else if constexpr (std::is_same_v<type, uint32_t>) { return GROMA_ELEMENT_U32; }
    else if constexpr (std::is_same_v<type, int64_t>) { return GROMA_ELEMENT_I64; }
    else if constexpr (std::is_same_v<type, uint64_t>) { return GROMA_ELEMENT_U64; }
    else {
        static_assert(std::is_same_v<type, uint8_t>, "no element type of mapped arrays");
        return GROMA_ELEMENT_U8;
    }
}

/** See groma_mapped_array. */
class mapped_array : public detail::handle<groma_mapped_array, groma_mapped_array_close> {
public:
    using handle::handle;

    /** See groma_mapped_array_create. */
    template <class T> static result<mapped_array> create(std::string_view path, span<const uint64_t> shape) {
        return detail::make<mapped_array>([&](auto **out, auto *error) {
            return groma_mapped_array_create(str(path), element_type<T>(), shape.data(), shape.size(), out, error);
        });
    }

    /** See groma_mapped_array_open. */
    static result<mapped_array> open(std::string_view path, bool writable) {
        return detail::make<mapped_array>(
            [&](auto **out, auto *error) { return groma_mapped_array_open(str(path), writable ? 1 : 0, out, error); });
    }

    /** The array's type, shape and data; see groma_mapped_array_data. */
    result<groma_mapped_array_view> data() const {
        return detail::fill<groma_mapped_array_view>(
            [&](auto *out, auto *error) { return groma_mapped_array_data(get(), out, error); });
    }

    /**
     * The elements; empty when they are of another type, or when T is not const and the array was opened for reading
     * only.
     */
    template <class T> result<span<T>> elements() const {
        groma_error failure{};
        groma_mapped_array_view view{};
        view.struct_size = sizeof view;
        const int32_t status = groma_mapped_array_data(get(), &view, &failure);
        return detail::finish(status, failure, [&] {
            const bool fits = view.element_type == element_type<T>() && (std::is_const_v<T> || view.writable);
            return fits ? span<T>(static_cast<T *>(view.data), static_cast<std::size_t>(view.count)) : span<T>();
        });
    }

    /** See groma_mapped_array_flush. */
    result<void> flush() const {
        return detail::plain([&](auto *error) { return groma_mapped_array_flush(get(), error); });
    }
};

} // inline namespace
} // namespace groma

#endif /* GROMA_HPP */
