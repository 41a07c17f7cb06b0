// TFunction is copied, TUniqueFunction only moved, TFunctionRef borrowed. Calling an empty one ends the process.
#pragma once

#include <memory>
#include <type_traits>

#include "Misc/AssertionMacros.h"
#include "Templates/UnrealTemplate.h"

template <typename>
class TFunction;
template <typename>
class TUniqueFunction;
template <typename>
class TFunctionRef;

namespace Shim {
template <typename T>
inline constexpr bool IsFunction = false;
template <typename F>
inline constexpr bool IsFunction<TFunction<F>> = true;
template <typename F>
inline constexpr bool IsFunction<TUniqueFunction<F>> = true;
template <typename F>
inline constexpr bool IsFunction<TFunctionRef<F>> = true;

template <typename R, typename... A>
struct ICallable {
    virtual ~ICallable() = default;
    virtual R Call(A... Args) = 0;
    virtual std::unique_ptr<ICallable> Clone() const = 0;
};
template <typename F, bool bCopied, typename R, typename... A>
struct TCallable final : ICallable<R, A...> {
    F Functor;
    explicit TCallable(F&& In) : Functor(static_cast<F&&>(In)) {}
    explicit TCallable(const F& In) requires bCopied : Functor(In) {}
    R Call(A... Args) override { return Functor(static_cast<A&&>(Args)...); }
    std::unique_ptr<ICallable<R, A...>> Clone() const override {
        if constexpr (bCopied) {
            return std::make_unique<TCallable>(Functor);
        } else {
            return nullptr;
        }
    }
};
} // namespace Shim

template <typename R, typename... A>
class TFunction<R(A...)> {
public:
    TFunction(TYPE_OF_NULLPTR = nullptr) {}
    template <typename F, std::enable_if_t<!Shim::IsFunction<std::decay_t<F>> && std::is_invocable_r_v<R, std::decay_t<F>&, A...>, int> = 0>
    TFunction(F&& Functor) {
        static_assert(std::is_copy_constructible_v<std::decay_t<F>>, "a TFunction is copied: use TUniqueFunction");
        Callable = std::make_unique<Shim::TCallable<std::decay_t<F>, true, R, A...>>(std::decay_t<F>(Forward<F>(Functor)));
    }
    TFunction(const TFunction& Other) : Callable(Other.Callable ? Other.Callable->Clone() : nullptr) {}
    TFunction(TFunction&&) = default;
    TFunction& operator=(TFunction Other) {
        Callable = std::move(Other.Callable);
        return *this;
    }
    R operator()(A... Args) const {
        check(Callable);
        return Callable->Call(static_cast<A&&>(Args)...);
    }
    explicit operator bool() const { return Callable != nullptr; }
    bool IsSet() const { return Callable != nullptr; }
    void Reset() { Callable.reset(); }
    bool operator==(TYPE_OF_NULLPTR) const { return Callable == nullptr; }

private:
    std::unique_ptr<Shim::ICallable<R, A...>> Callable;
    friend class TUniqueFunction<R(A...)>;
};

template <typename R, typename... A>
class TUniqueFunction<R(A...)> {
public:
    TUniqueFunction(TYPE_OF_NULLPTR = nullptr) {}
    template <typename F, std::enable_if_t<!Shim::IsFunction<std::decay_t<F>> && std::is_invocable_r_v<R, std::decay_t<F>&, A...>, int> = 0>
    TUniqueFunction(F&& Functor)
        : Callable(std::make_unique<Shim::TCallable<std::decay_t<F>, false, R, A...>>(std::decay_t<F>(Forward<F>(Functor)))) {}
    TUniqueFunction(TFunction<R(A...)>&& Other) : Callable(std::move(Other.Callable)) {}
    TUniqueFunction(const TFunction<R(A...)>& Other) : TUniqueFunction(TFunction<R(A...)>(Other)) {}
    TUniqueFunction(TUniqueFunction&&) = default;
    TUniqueFunction& operator=(TUniqueFunction&&) = default;
    TUniqueFunction(const TUniqueFunction&) = delete;
    TUniqueFunction& operator=(const TUniqueFunction&) = delete;
    R operator()(A... Args) const {
        check(Callable);
        return Callable->Call(static_cast<A&&>(Args)...);
    }
    explicit operator bool() const { return Callable != nullptr; }
    bool IsSet() const { return Callable != nullptr; }
    void Reset() { Callable.reset(); }

private:
    std::unique_ptr<Shim::ICallable<R, A...>> Callable;
};

template <typename R, typename... A>
class TFunctionRef<R(A...)> {
public:
    template <typename F, std::enable_if_t<!std::is_same_v<std::decay_t<F>, TFunctionRef> && std::is_invocable_r_v<R, std::remove_reference_t<F>&, A...>, int> = 0>
    TFunctionRef(F&& Functor)
        : Object(const_cast<void*>(static_cast<const void*>(&Functor))), Thunk([](void* In, A... Args) -> R {
              return (*static_cast<std::remove_reference_t<F>*>(In))(static_cast<A&&>(Args)...);
          }) {}
    R operator()(A... Args) const { return Thunk(Object, static_cast<A&&>(Args)...); }

private:
    void* Object;
    R (*Thunk)(void*, A...);
};
