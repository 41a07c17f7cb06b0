/**
 * groma: turns spatial data too big for memory, piece by piece, into files a real-time engine can use.
 *
 * Two jobs: hash tables of trajectories (groma_build_hash_tables_from_shards) and queries on them (groma_dataset_open,
 * groma_query_radius); meshes of cities (groma_build_city_mesh_tiled) and the stores of tiles they go to
 * (groma_mesh_store_open). groma.hpp beside this file has the same for C++17.
 *
 * Below this page there is a chapter for each area, with its constants and structs before its functions: errors, text,
 * messages; jobs; shards and data sets; hash tables; queries; cities; stores; meshes; arrays.
 *
 * CONVENTIONS
 *
 * - The header is C99 and C++11.
 * - Every call that can fail gives an int32_t status: GROMA_OK (0) or one of the numbers below, which never change.
 * - The last argument of such a call is a groma_error of the caller's, or NULL. It is written only when the call fails.
 * - Outputs are written only when the call succeeds, but for the size that a call asks for.
 * - Text is UTF-8 with a size (groma_str, made by groma_str_of of a C string); paths are UTF-8 on every system,
 *   absolute or relative to the working directory of the process, and must not hold NUL.
 * - Structs that can grow begin with struct_size. Options are filled by their init function, with sizeof the struct as
 *   this header has it; then fields are set. In structs that are filled by the library, set struct_size before.
 *   A library older than the header gives GROMA_UNSUPPORTED when a field is set that it does not know.
 * - Enumerations are passed as plain int32_t and checked.
 * - Points are three doubles, x, y, z. Trajectories are in the unit of their data set, cities in metres.
 * - What works on a whole folder for long takes the folder's path, as `folder`; what asks an open data set or store
 *   takes its handle.
 * - These start a job and return at once: groma_build_hash_tables_from_shards, groma_build_city_mesh_tiled,
 *   groma_generate_city, groma_mesh_store_merge, groma_mesh_store_check, groma_mesh_store_export,
 *   groma_mesh_store_build_levels, and what ends in _async. Everything else returns when it is done;
 *   groma_build_hash_tables is the build that waits.
 * - Meshes are arrays of vertices, faces and markers, as tiles on the disk are: a face is a triangle, three numbers of
 *   vertices. Reports count triangles; that of a check says faces where it speaks of edges and what they share.
 *
 * ERRORS
 *
 * Any call can give GROMA_INVALID_ARGUMENT (NULL where it is not allowed, a number out of its range; the message says
 * what would be accepted), GROMA_NO_MEMORY and GROMA_INTERNAL. Calls and jobs that touch files can also give
 * GROMA_NOT_FOUND, GROMA_IO, GROMA_DISK_FULL, GROMA_BAD_FORMAT and GROMA_UNSUPPORTED. The comment of a function names
 * those that a program may want to tell apart. The init functions, which have no groma_error, give GROMA_OK, or
 * GROMA_INVALID_ARGUMENT for NULL or a size that is not that of the struct.
 *
 * OWNERSHIP
 *
 * Handles (groma_job, groma_shard_writer, groma_dataset, groma_query_result, groma_hash_table, groma_mesh_store,
 * groma_tile_list, groma_mesh_tile, groma_mapped_array) are made by the library and freed by their close function,
 * once; NULL is allowed there. Everything else is the caller's, buffers for results included. Arguments must live until
 * the call returns; a callback and its user data until the job is closed. Pointers that the library gives (views,
 * names) point into the handle they came from and end with it at the latest.
 *
 * A handle is a number, not an address, and no number comes twice. So a call with a handle that was closed, one of
 * another kind or what is no handle at all gives GROMA_INVALID_ARGUMENT, and closing it does nothing but log an error.
 * For the same reason programs that look for lost memory do not see a handle that was never closed: groma_open_handles
 * counts those that are open. When all are closed, valgrind --leak-check=full finds nothing lost. All other pointers
 * are the caller's to answer for.
 *
 * THREADS
 *
 * Each handle's comment says which calls may come from which threads. Calls without a handle may come from any thread.
 * Each job has threads of its own, which groma_job_close joins. Callbacks come from these threads. What another thread
 * does with a handle while it is closed is refused or still answered; only pointers into the handle must not be used
 * any more.
 *
 * MEMORY
 *
 * A memory_limit counts the anonymous memory that the job takes: buffers, everything else from the allocator, stacks.
 * It does not count pages of files, which the system drops and reads again as it likes: the code of the program and its
 * libraries, and files that the library maps (tiles, shards, tables, terrain that was put aside). Nor does it count
 * what the caller holds. A limit that is too small gives GROMA_MEMORY_LIMIT, and the message says which would do.
 *
 * CAVEATS
 *
 * - Mapped files. Tables, shards and tiles are mapped while a data set, a table or a tile is open. Replacing such a
 *   file is fine; on Windows the old one keeps a temporary name until it is closed and cleared up by a later build.
 *   If such a file is made shorter in place, the lost part reads as zeros, and the calls that read it give
 *   GROMA_IO or GROMA_BAD_FORMAT, never a wrong answer. A program that has read through a pointer of the library's asks
 *   by calling again what gave the pointer: groma_mesh_tile_get_view, groma_hash_table_cell, groma_mapped_array_data.
 *   On Windows, where a mapped file cannot be made shorter, a disk that fails ends the process.
 * - Unloading. Do not unload the library (dlclose, FreeLibrary) while a handle is open; better never: the library keeps
 *   data of threads of the program too.
 * - Where handles are closed. Closing a job or a data set waits for its threads. On Windows no thread can end while
 *   DllMain runs, the destructor of a static object of a DLL, or that of a thread_local object: close handles before,
 *   or the wait has no end.
 * - Callbacks. No C++ exception and no longjmp may leave one.
 * - Fork. The child has none of the threads. Calls with handles of the parent give GROMA_INVALID_ARGUMENT there, and
 *   closing them does nothing; pointers into them stay readable. The child may open its own where the system lets a
 *   child of a process with threads allocate memory (Linux with glibc and macOS do), best when no other thread is in a
 *   call at the moment of the fork. As long as a child lives that calls no exec, it also holds the locks of jobs that
 *   ran in the parent at the fork.
 * - Signals. With the first mapped file the library installs a handler of SIGBUS, for the above and for its own
 *   mappings alone: other faults go to the handler that was there before, or end the process as they would have. A
 *   program that installs one later should pass on what is not its own, too. There are no other handlers, and no signal
 *   is ignored: where the process has a limit of file sizes (RLIMIT_FSIZE), the system ends it with SIGXFSZ at a write
 *   beyond, unless the program ignores that signal, as the groma command does; the call then gives GROMA_IO. No call
 *   may be made from a signal handler; to stop a job on Ctrl-C, set a flag there and call groma_job_cancel where the
 *   program waits.
 * - The end of the process. A defect inside the library becomes GROMA_INTERNAL; the handle that gave it should be
 *   closed. The library ends the process in one case only: when the system refuses it memory for something small.
 * - Static linking. A program that links libgroma.a needs the system's libraries too: groma-static.pc and the CMake
 *   target groma::static name them. Link at most one Rust static library into a program.
 *
 * EXAMPLE
 *
 * A whole program: it builds the hash tables of a data set and asks who is within 50 of the origin at time step 0.
 *
 * ```c
 * #include <stdio.h>
 * #include <groma.h>
 *
 * static int32_t build(const char *folder, groma_error *error) {
 *     groma_build_hash_tables_options options;
 *     groma_job *job = NULL;
 *     int32_t status;
 *     groma_build_hash_tables_options_init(&options, sizeof options);
 *     options.cell_size = 10.0f;
 *     status = groma_build_hash_tables_from_shards(groma_str_of(folder), &options, &job, error);
 *     if (status == GROMA_OK) {
 *         while ((status = groma_job_wait(job, 100, error)) == GROMA_TIMEOUT) {
 *             groma_progress progress;
 *             progress.struct_size = sizeof progress;
 *             groma_job_poll(job, &progress, NULL);
 *             printf("%s: %.0f %%\n", progress.phase, 100.0 * progress.fraction);
 *         }
 *     }
 *     groma_job_close(job);
 *     return status;
 * }
 *
 * static int32_t ask(const char *folder, groma_error *error) {
 *     const double centre[3] = {0.0, 0.0, 0.0};
 *     groma_dataset *dataset = NULL;
 *     groma_query_result *result = NULL;
 *     groma_query_view view;
 *     uint64_t i;
 *     int32_t status = groma_dataset_open(groma_str_of(folder), NULL, &dataset, error);
 *     view.struct_size = sizeof view;
 *     if (status == GROMA_OK) {
 *         status = groma_query_result_create(&result, error);
 *     }
 *     if (status == GROMA_OK) {
 *         status = groma_query_radius(dataset, 10.0f, 0, centre, 50.0, result, error);
 *     }
 *     if (status == GROMA_OK) {
 *         status = groma_query_result_get_view(result, &view, error);
 *     }
 *     for (i = 0; status == GROMA_OK && i < view.id_count; i++) {
 *         printf("trajectory %llu\n", (unsigned long long)view.ids[i]);
 *     }
 *     groma_query_result_close(result);
 *     groma_dataset_close(dataset);
 *     return status;
 * }
 *
 * int main(int argc, char **argv) {
 *     groma_error error;
 *     if (argc != 2) {
 *         fprintf(stderr, "usage: %s DATASET\n", argv[0]);
 *         return 2;
 *     }
 *     if (build(argv[1], &error) != GROMA_OK || ask(argv[1], &error) != GROMA_OK) {
 *         fprintf(stderr, "%s\n", error.message);
 *         return 1;
 *     }
 *     return 0;
 * }
 * ```
 *
 *     cc program.c $(pkg-config --cflags --libs groma)
 *
 * A city is built the same way: groma_city_input and groma_build_city_mesh_tiled give a job; each tile that it tells
 * of, or groma_mesh_store_list_tiles names, is opened with groma_mesh_store_get_tile and read with
 * groma_mesh_tile_get_view or, for an engine, groma_mesh_tile_read_local. Larger programs are in examples/c and
 * examples/cpp of the source.
 *
 * This file is generated from the library's source.
 */

#ifndef GROMA_H
#define GROMA_H

#include <stddef.h>
#include <stdint.h>

/** The version of the library this header belongs to. */
#define GROMA_VERSION "0.1.0"
#define GROMA_VERSION_MAJOR 0
#define GROMA_VERSION_MINOR 1
#define GROMA_VERSION_PATCH 0

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/* ERRORS, TEXT, MESSAGES ----------------------------------------------------
 * What every call speaks in: a status, why it failed, text with a size; and where the library's messages go.
 */

/**
 * The call did what it says.
 */
#define GROMA_OK 0

/**
 * The job was cancelled.
 */
#define GROMA_CANCELLED 1

/**
 * The time given to a wait has passed; the job goes on.
 */
#define GROMA_TIMEOUT 2

/**
 * A parameter is out of its range, null, or not UTF-8.
 */
#define GROMA_INVALID_ARGUMENT 10

/**
 * A file, a folder or a time step does not exist.
 */
#define GROMA_NOT_FOUND 11

/**
 * The operating system refused to read or write; os_code holds its error number.
 */
#define GROMA_IO 20

/**
 * The disk or the quota is full.
 */
#define GROMA_DISK_FULL 21

/**
 * A file is not what its name or header says.
 */
#define GROMA_BAD_FORMAT 22

/**
 * The request or the file is valid, but this version cannot do it.
 */
#define GROMA_UNSUPPORTED 23

/**
 * The system has no memory left.
 */
#define GROMA_NO_MEMORY 30

/**
 * The memory limit that the caller set does not suffice; the message names one that would.
 */
#define GROMA_MEMORY_LIMIT 31

/**
 * Another process or job holds what this one needs.
 */
#define GROMA_BUSY 40

/**
 * A defect of groma itself. The host goes on; the handle that gave it should be closed.
 */
#define GROMA_INTERNAL 99

/**
 * The version of this ABI. It changes when a program compiled against an older header would no longer work.
 */
#define GROMA_ABI_VERSION 1

/**
 * The size of groma_error.message in bytes, the final NUL included.
 */
#define GROMA_MESSAGE_SIZE 504

/**
 * No messages.
 */
#define GROMA_LOG_OFF 0

/**
 * Something failed.
 */
#define GROMA_LOG_ERROR 1

/**
 * Something that did not stop the work but that its user should know.
 */
#define GROMA_LOG_WARN 2

/**
 * One line per batch.
 */
#define GROMA_LOG_INFO 3

/**
 * One line per time step.
 */
#define GROMA_LOG_DEBUG 4

/**
 * Everything.
 */
#define GROMA_LOG_TRACE 5

/**
 * UTF-8 text: not NUL-terminated, not owned. groma_str_of makes one from a C string.
 *
 * As an argument it must live until the call returns; a size of 0 with any data is the empty text.
 */
typedef struct {
    /**
     * The first byte.
     */
    const char *data;
    /**
     * The number of bytes.
     */
    size_t size;
} groma_str;

/**
 * Receives each message: its level (GROMA_LOG_ERROR to GROMA_LOG_TRACE), the module it comes from, and its text. The
 * texts are not NUL-terminated and live only until the return. The function is called from any thread, also from
 * several at once. It must not call back into the library, nor wait for a lock that is held around groma_log_to or
 * groma_job_close.
 */
typedef void (*groma_log_fn)(int32_t level, groma_str target, groma_str message, void *user);

/**
 * Why a call failed. Owned by the caller, never allocated, nothing to free.
 *
 * Every call that takes one accepts NULL for it. It is written only when the call fails.
 */
typedef struct {
    /**
     * The status that the call returned.
     */
    int32_t status;
    /**
     * The operating system's error number (errno, GetLastError); 0 when there is none.
     */
    int32_t os_code;
    /**
     * UTF-8, NUL-terminated, one line, cut where it is too long. It names the file or parameter, the value seen, and
     * what is accepted.
     */
    char message[GROMA_MESSAGE_SIZE];
} groma_error;

/**
 * Returns a short name of a status, like "bad format"; "unknown status" for any other number. The text lives for ever
 * and ends with a NUL that its size does not count.
 */
groma_str groma_status_name(int32_t status);

/**
 * Returns the version of the library, like "0.1.0"; the header's is GROMA_VERSION. The text lives for ever and ends
 * with a NUL that its size does not count.
 */
groma_str groma_version(void);

/**
 * Returns the ABI version of the library; the header's is GROMA_ABI_VERSION. A program that loads the library at run
 * time compares the two before any other call.
 */
uint32_t groma_abi_version(void);

/**
 * Returns the number of handles that this process has open.
 *
 * Handles are not addresses, so leak checkers do not see one that was never closed. Compare this number before and
 * after code that should close all handles that it opens.
 */
uint64_t groma_open_handles(void);

/**
 * Sends the library's messages up to `max_level` (GROMA_LOG_OFF to GROMA_LOG_TRACE) to `function`, together with
 * `user`. A process has one receiver: a second call replaces it, NULL or GROMA_LOG_OFF removes it. Once the call has
 * returned, the previous function is not called any more. Before the first call, messages are dropped.
 *
 * Returns GROMA_BUSY in a Rust program that has set a logger of its own. From the first call on, a panic inside the
 * library is reported as a message and not written to stderr.
 */
int32_t groma_log_to(groma_log_fn function,
                     void *user,
                     int32_t max_level,
                     groma_error *error);

/* JOBS ----------------------------------------------------------------------
 * Work in the background. A function that starts a job returns at once; the calls here watch it, wait for
 * it, stop it and free it.
 */

/**
 * A long piece of work on threads of its own.
 *
 * Threads: every function on it may be called from any thread, also at the same time, except groma_job_close, which
 * must be the last.
 */
typedef struct groma_job groma_job;

/**
 * The progress of a job.
 */
typedef struct {
    /**
     * sizeof the struct; set it before groma_job_poll.
     */
    uint32_t struct_size;
    /**
     * 1 when the job has ended, with success or not.
     */
    int32_t finished;
    /**
     * The name of the current phase, one word, NUL-terminated: "scan", "tiles".
     */
    char phase[32];
    /**
     * Units (shards, batches of shards, tiles) of this phase that are done.
     */
    uint64_t units_done;
    /**
     * Units in this phase.
     */
    uint64_t units_total;
    /**
     * Items (room for samples, triangles) of this phase that are done.
     */
    uint64_t items_done;
    /**
     * Items in this phase.
     */
    uint64_t items_total;
    /**
     * Bytes reserved for the job's buffers at the moment.
     */
    uint64_t bytes_now;
    /**
     * The most bytes reserved for the job's buffers at once.
     */
    uint64_t bytes_peak;
    /**
     * Seconds since the job began.
     */
    double seconds;
    /**
     * The share of the whole work that is done, 0 to 1, over all phases.
     */
    double fraction;
    /**
     * The estimated seconds to go; negative until enough is done for an estimate.
     */
    double eta_seconds;
} groma_progress;

/**
 * Called on the job's own thread while it runs, about twenty times a second, and never after groma_job_wait saw the
 * end. The library holds no lock meanwhile, so the function may call any other on the job (whose handle may not be
 * stored yet at the first call); only groma_job_wait refuses to wait there. A return other than 0 asks the job to
 * stop. The job does not end before the function has returned; its other threads go on with the work they have. The
 * function must not wait for a lock that is held around groma_job_close.
 */
typedef int32_t (*groma_progress_fn)(const groma_progress *progress, void *user);

/**
 * Fills `progress`, whose struct_size must be set, with the job's progress. The call never waits. It succeeds even if
 * the job failed: groma_job_wait tells that.
 */
int32_t groma_job_poll(const groma_job *job,
                       groma_progress *progress,
                       groma_error *error);

/**
 * Waits until the job has ended, at most `timeout_ms` milliseconds; a negative number waits for ever, 0 returns at
 * once.
 *
 * Returns GROMA_TIMEOUT when the job goes on, and then leaves `error` alone; otherwise the job's own status: GROMA_OK,
 * GROMA_CANCELLED, or its error, which is then in `error`. Further calls return the same. In the job's own callback,
 * which cannot wait for the job's end, any timeout other than 0 gives GROMA_INVALID_ARGUMENT.
 */
int32_t groma_job_wait(const groma_job *job,
                       int64_t timeout_ms,
                       groma_error *error);

/**
 * Asks the job to stop, and returns at once. The job ends with GROMA_CANCELLED unless it finishes before it notices;
 * everything it has finished stays, whole. For a job that has ended the call does nothing and returns GROMA_OK.
 */
int32_t groma_job_cancel(const groma_job *job,
                         groma_error *error);

/**
 * Writes the whole report of a job of any kind as JSON, NUL-terminated, into `buffer`. It holds more than the structs
 * have room for, such as the warnings and the names of inputs that were left out.
 *
 * `size` gets the bytes needed, the NUL included. When `capacity` is smaller, the call returns GROMA_INVALID_ARGUMENT;
 * with a `capacity` of 0 `buffer` may be NULL. GROMA_BUSY while the
 * job runs, the job's own status if it failed.
 *
 * ```c
 * size_t size = 0;
 * char *json = NULL;
 * groma_job_report_json(job, NULL, 0, &size, NULL);
 * json = (char *)malloc(size);
 * if (json != NULL && groma_job_report_json(job, json, size, &size, NULL) == GROMA_OK) {
 *     puts(json);
 * }
 * free(json);
 * ```
 */
int32_t groma_job_report_json(const groma_job *job,
                              char *buffer,
                              size_t capacity,
                              size_t *size,
                              groma_error *error);

/**
 * Cancels the job if it runs, waits for its threads, and frees it. NULL is allowed. Called in the job's own callback,
 * it does not wait: the job ends soon after the callback has returned, and the callback is not called again.
 */
void groma_job_close(groma_job *job);

/* SHARDS AND DATA SETS ------------------------------------------------------
 * Writing trajectories as the shard files of a data set, and opening a data set to read them or to ask for
 * them.
 */

/**
 * A trajectory data set opened for queries: its shards, and the tables of any cell size.
 *
 * Threads: every function on it may be called from any thread, also at the same time, except groma_dataset_close,
 * which must be the last. Files are mapped when they are first needed. While the data set is open they must not be
 * cut; replacing them is fine.
 */
typedef struct groma_dataset groma_dataset;

/**
 * Writes a trajectory data set: shard after shard, then the metadata.
 *
 * Threads: one call at a time; calls from several threads wait for each other.
 */
typedef struct groma_shard_writer groma_shard_writer;

/**
 * Options of a new data set. Fill it with groma_shard_writer_options_init, then set interval.
 */
typedef struct {
    /**
     * sizeof the struct; set by the init function.
     */
    uint32_t struct_size;
    /**
     * The number of time steps in each shard; 1 or more. No default.
     */
    uint32_t interval;
    /**
     * The data set's name. Default: empty.
     */
    groma_str dataset_name;
    /**
     * The name of what was simulated or observed. Default: empty.
     */
    groma_str scenario_name;
    /**
     * The unit of coordinates. Default: "meters".
     */
    groma_str coordinate_units;
    /**
     * The unit of physical times. Default: "steps".
     */
    groma_str time_unit;
    /**
     * The physical time of time step 0. Default: 0.
     */
    double time_origin;
    /**
     * The physical time between two time steps. Default: 1.
     */
    double time_per_step;
    /**
     * The creation time of the data set, in seconds since 1970. Default: 0.
     */
    int64_t created_at_unix;
    /**
     * Half the size of the things that move, in metres. Default: 0.
     */
    float half_size[3];
    /**
     * Zero.
     */
    uint32_t reserved;
    /**
     * The origin that the program has subtracted from all positions, so that single precision holds them;
     * groma_dataset_info gives it back. It is only recorded: positions are written as they are given. Default: zeros,
     * for none.
     */
    double coordinate_origin[3];
    /**
     * After which length space repeats itself along x, y and z: queries of the data set find what is near across the
     * border; see groma_dataset_set_periodic. Default: zeros, for a space that does not.
     */
    double periodic_extent[3];
    /**
     * The least corner of the volume that repeats itself, in the coordinates of the positions. Default: zeros.
     */
    double periodic_origin[3];
    /**
     * 1: a data set that is in the folder makes room: groma_shard_writer_create removes its shards and metadata. Its
     * tables stay, and are refused as those of other data until they are built again. Default: 0.
     */
    int32_t overwrite;
    /**
     * Zero.
     */
    uint32_t reserved2;
} groma_shard_writer_options;

/**
 * Options of an open data set. Fill it with groma_dataset_options_init.
 */
typedef struct {
    /**
     * sizeof the struct; set by the init function.
     */
    uint32_t struct_size;
    /**
     * 1: build the tables of a cell size when a query needs missing ones. 0 (default): such a query returns
     * GROMA_NOT_FOUND.
     */
    int32_t build_missing;
    /**
     * The folder under which the tables are: the output of their build. Default: empty, which stands for the data
     * set's folder.
     */
    groma_str tables_folder;
    /**
     * The number of threads for batches, for queries in the background and for building; default 0, which stands for
     * one per processor.
     */
    uint32_t threads;
    /**
     * Zero.
     */
    uint32_t reserved;
    /**
     * The memory limit of a build in bytes (see MEMORY above); default 0, which stands for 256 MiB.
     */
    uint64_t memory_limit;
    /**
     * The most bytes of positions that are kept in memory for time steps that are asked again; default 0, which stands
     * for 64 MiB. 1 keeps none, since it is less than any position takes.
     */
    uint64_t cache_limit;
} groma_dataset_options;

/**
 * Facts about a data set.
 */
typedef struct {
    /**
     * sizeof the struct; set it before groma_dataset_get_info.
     */
    uint32_t struct_size;
    /**
     * The number of usable shards.
     */
    uint32_t shards;
    /**
     * The first time step that a shard covers.
     */
    int32_t first_step;
    /**
     * The last time step that a shard covers.
     */
    int32_t last_step;
    /**
     * The number of entries of all shards.
     */
    uint64_t entries;
    /**
     * The size of all shards, in bytes.
     */
    uint64_t bytes;
    /**
     * The number of trajectories according to dataset-meta.bin; 0 where that file is missing.
     */
    uint64_t trajectories;
    /**
     * The origin that an import subtracted from all positions, according to dataset-manifest.json, or to the index of
     * the tables where the manifest has lost it: a position plus the origin is the source's position. Queries take
     * points without it. Zeros where nothing was subtracted, or where it is not known, which is logged.
     */
    double coordinate_origin[3];
    /**
     * The extent of the periodic volume of all queries: what groma_dataset_set_periodic set last, or what
     * dataset-manifest.json says. 0 on an axis that is not periodic.
     */
    double periodic_extent[3];
    /**
     * The least corner of that volume.
     */
    double periodic_origin[3];
} groma_dataset_info;

/**
 * The box of the cells of a cell size's tables, as their keys were computed with it.
 */
typedef struct {
    /**
     * sizeof the struct; set it before groma_dataset_get_table_bounds.
     */
    uint32_t struct_size;
    /**
     * 1: the box is that of all positions, enlarged by `margin`. 0: the caller of the build gave the box.
     */
    int32_t has_margin;
    /**
     * What the box of all positions got on every side; 0 where the caller gave the box.
     */
    double margin;
    /**
     * The smallest x, y, z.
     */
    double box_min[3];
    /**
     * The largest x, y, z.
     */
    double box_max[3];
} groma_table_bounds;

/**
 * The memory and the mappings of an open data set.
 */
typedef struct {
    /**
     * sizeof the struct; set it before groma_dataset_get_memory_stats.
     */
    uint32_t struct_size;
    /**
     * Zero.
     */
    uint32_t reserved;
    /**
     * The number of open tables.
     */
    uint64_t tables;
    /**
     * The mapped bytes of tables; the system takes them back when it needs the memory.
     */
    uint64_t table_bytes;
    /**
     * The number of open shards.
     */
    uint64_t shards;
    /**
     * The mapped bytes of shards; the system takes them back when it needs the memory.
     */
    uint64_t shard_bytes;
    /**
     * The bytes of memory for the shards' indices of ids.
     */
    uint64_t index_bytes;
    /**
     * The number of time steps of which positions are kept in memory.
     */
    uint64_t cached_steps;
    /**
     * The bytes of memory for these positions, within the cache_limit of the data set's options.
     */
    uint64_t cached_bytes;
} groma_memory_stats;

/**
 * Fills `options`, a struct of `size` bytes (sizeof it), with the defaults.
 */
int32_t groma_shard_writer_options_init(groma_shard_writer_options *options, size_t size);

/**
 * Starts a data set in `folder`, which is created if needed; GROMA_INVALID_ARGUMENT when it already has shards,
 * unless the options say to overwrite them.
 * `options` must not be NULL: it has the interval.
 *
 * `writer` gets the handle, to be freed with groma_shard_writer_close.
 */
int32_t groma_shard_writer_create(groma_str folder,
                                  const groma_shard_writer_options *options,
                                  groma_shard_writer **writer,
                                  groma_error *error);

/**
 * Adds `count` trajectories to the shard that begins at time step `first_step`, 0 or more. A new `first_step` ends the
 * current shard, which gets its name, and begins the next one; it must be at least the interval further on.
 *
 * `ids` has `count` ids; `positions` has count x interval x 3 floats: x, y, z of each time step of the first
 * trajectory, then of the second, and so on. NaN stands for no sample. A `count` of 0 makes an empty shard. A
 * trajectory that goes on in the next shard is appended to that shard under the same id. Both arrays may be reused
 * after the return.
 *
 * A refused argument (GROMA_INVALID_ARGUMENT) changes nothing. After a failed write (GROMA_IO, GROMA_DISK_FULL) some
 * of the trajectories may be in the file: the writer can then only be closed, and shards ended before stay.
 *
 * ```c
 * // Two trajectories of three time steps each, the interval of the writer: 7 moves along x, 9 is not there at first.
 * const uint64_t ids[] = {7, 9};
 * const float positions[] = {0, 0, 0,  1, 0, 0,  2, 0, 0,  NAN, NAN, NAN,  5, 5, 0,  5, 6, 0};
 * groma_error error;
 * if (groma_shard_writer_append(writer, 0, 2, ids, positions, &error) != GROMA_OK) {
 *     fprintf(stderr, "%s\n", error.message);
 * }
 * ```
 */
int32_t groma_shard_writer_append(const groma_shard_writer *writer,
                                  int32_t first_step,
                                  uint64_t count,
                                  const uint64_t *ids,
                                  const float *positions,
                                  groma_error *error);

/**
 * Ends the last shard and writes dataset-manifest.json, dataset-meta.bin and dataset-trajmeta.bin. After that the
 * handle can only be closed. GROMA_INVALID_ARGUMENT when the data set was finished before, or when nothing was
 * appended; then trajectories can still be appended.
 */
int32_t groma_shard_writer_finish(const groma_shard_writer *writer,
                                  groma_error *error);

/**
 * Frees the writer. NULL is allowed. Without a groma_shard_writer_finish before, the current shard is dropped and the
 * metadata are not written; shards that were ended stay.
 */
void groma_shard_writer_close(groma_shard_writer *writer);

/**
 * Fills `options`, a struct of `size` bytes (sizeof it), with the defaults.
 */
int32_t groma_dataset_options_init(groma_dataset_options *options, size_t size);

/**
 * Opens the data set in `folder`: checks every shard's header, and maps nothing yet. Tables are needed only by
 * queries. GROMA_NOT_FOUND when there is no such folder or no shard in it, GROMA_BAD_FORMAT when every shard
 * contradicts its name or header. Where only some do, they are left out and logged, and queries about time steps that
 * they may cover return GROMA_BAD_FORMAT. `options` may be NULL for the defaults. `dataset` gets the handle, to be
 * freed with groma_dataset_close.
 */
int32_t groma_dataset_open(groma_str folder,
                           const groma_dataset_options *options,
                           groma_dataset **dataset,
                           groma_error *error);

/**
 * Fills `info`, whose struct_size must be set, with facts about the data set.
 */
int32_t groma_dataset_get_info(const groma_dataset *dataset, groma_dataset_info *info, groma_error *error);

/**
 * Makes space periodic for all queries of the data set from now on, whatever dataset-manifest.json says: it repeats
 * itself after `extent` (x, y, z; 0 on an axis on which it does not). `origin` is the least corner of the volume, or
 * NULL for zeros. With NULL or zeros as `extent` space is not periodic. Queries that run keep what they began with.
 *
 * In a periodic volume a query finds all images of a position, which are the position plus whole extents: those within
 * a radius, several of one trajectory where the radius is large, and of a query point that moves the nearest. The
 * images field of groma_query_view tells which. Positions stay as they are stored. GROMA_INVALID_ARGUMENT for an
 * extent below 0 or not finite, and later for a query that reaches images more than 127 extents away.
 */
int32_t groma_dataset_set_periodic(const groma_dataset *dataset,
                                   const double *extent,
                                   const double *origin,
                                   groma_error *error);

/**
 * Reads the positions of trajectory `id` at the time steps `first_step` to `last_step`, both included. `positions`
 * gets x, y, z of each: it has room for 3 x (last_step - first_step + 1) floats. They are NaN where there is no
 * sample, and everywhere for an `id` that the data set does not have. Where several entries of a shard have the id,
 * the first with a sample at the time step counts. GROMA_INVALID_ARGUMENT for a range that goes beyond the data set's
 * time steps.
 */
int32_t groma_dataset_positions(const groma_dataset *dataset,
                                uint64_t id,
                                int32_t first_step,
                                int32_t last_step,
                                float *positions,
                                groma_error *error);

/**
 * Lists the time steps that have a table of a cell size. `steps` gets them in ascending order, at most `capacity` of
 * them; `count` gets their total number, which may be larger. With a `capacity` of 0, to ask for the number, `steps`
 * may be NULL. It is no error if there are no tables at all: `count` is then 0.
 */
int32_t groma_dataset_table_steps(const groma_dataset *dataset,
                                  float cell_size,
                                  int32_t *steps,
                                  size_t capacity,
                                  size_t *count,
                                  groma_error *error);

/**
 * Fills `bounds`, whose struct_size must be set, with the box of the cells of a cell size's tables, in double, and
 * its margin. GROMA_NOT_FOUND where there are no tables, they have no sample, or another program has built them.
 */
int32_t groma_dataset_get_table_bounds(const groma_dataset *dataset,
                                       float cell_size,
                                       groma_table_bounds *bounds,
                                       groma_error *error);

/**
 * Lists the cell sizes of which there are tables, ascending. `cell_sizes` gets at most `capacity` of them; `count`
 * gets their total number. With a `capacity` of 0 `cell_sizes` may be NULL.
 */
int32_t groma_dataset_cell_sizes(const groma_dataset *dataset,
                                 float *cell_sizes,
                                 size_t capacity,
                                 size_t *count,
                                 groma_error *error);

/**
 * Lists the time steps from `first_step` to `last_step` that have samples but no table of a cell size. `steps` gets
 * them in ascending order, at most `capacity` of them; `count` gets their total number: 0 when no table is missing.
 * With a `capacity` of 0 `steps` may be NULL.
 *
 * The call opens no table. GROMA_BAD_FORMAT when the tables are of other data, GROMA_BUSY when their build runs or was
 * interrupted.
 */
int32_t groma_dataset_missing_steps(const groma_dataset *dataset,
                                    float cell_size,
                                    int32_t first_step,
                                    int32_t last_step,
                                    int32_t *steps,
                                    size_t capacity,
                                    size_t *count,
                                    groma_error *error);

/**
 * Closes the tables of a cell size and releases their mappings. Running queries keep theirs until they end; the next
 * query opens the tables that it needs again.
 */
int32_t groma_dataset_unload(const groma_dataset *dataset,
                             float cell_size,
                             groma_error *error);

/**
 * Closes the tables of all cell sizes, otherwise as groma_dataset_unload.
 */
int32_t groma_dataset_unload_all(const groma_dataset *dataset, groma_error *error);

/**
 * Fills `stats`, whose struct_size must be set, with the tables and shards that are open and mapped at the moment.
 */
int32_t groma_dataset_get_memory_stats(const groma_dataset *dataset,
                                       groma_memory_stats *stats,
                                       groma_error *error);

/**
 * Closes the data set and joins its threads. Queries that run as jobs go on until their jobs are closed. NULL is
 * allowed.
 */
void groma_dataset_close(groma_dataset *dataset);

/* HASH TABLES ---------------------------------------------------------------
 * Building one spatial hash table file for each time step of a data set, and reading one such file.
 */

/**
 * A shard that cannot be used fails the build before any table is written.
 */
#define GROMA_BAD_SHARD_FAIL 0

/**
 * A shard that cannot be used is left out, and listed in the report.
 */
#define GROMA_BAD_SHARD_SKIP 1

/**
 * A trajectory id over 32 bits fails the build.
 */
#define GROMA_WIDE_IDS_FAIL 0

/**
 * A trajectory id over 32 bits is cut to its low 32, and counted in the report.
 */
#define GROMA_WIDE_IDS_TRUNCATE 1

/**
 * One hash table file, mapped and checked.
 *
 * Threads: every function on it may be called from any thread, also at the same time, except groma_hash_table_close,
 * which must be the last.
 */
typedef struct groma_hash_table groma_hash_table;

/**
 * Options of a build of hash tables. Fill it with groma_build_hash_tables_options_init, then set cell_size.
 */
typedef struct {
    /**
     * sizeof the struct; set by the init function.
     */
    uint32_t struct_size;
    /**
     * The edge of a cell, in the data's own unit; finite, above 0. No default.
     */
    float cell_size;
    /**
     * The folder under which the tables go, as spatial_hashing/cellsize_2.000/timestep_00001.bin. Default: empty,
     * which stands for the data set's folder.
     */
    groma_str output;
    /**
     * The margin of the box around the data, on every side; finite, 0 or more. Default: 1.
     */
    double margin;
    /**
     * 1: use box_min and box_max instead of the data's box with the margin. Default: 0.
     */
    int32_t use_box;
    /**
     * GROMA_BAD_SHARD_FAIL (default) or GROMA_BAD_SHARD_SKIP.
     */
    int32_t on_bad_shard;
    /**
     * The smallest x, y, z of the box.
     */
    double box_min[3];
    /**
     * The largest x, y, z of the box.
     */
    double box_max[3];
    /**
     * The first time step to build. Default: -1, which stands for all time steps, with last_step -1.
     */
    int32_t first_step;
    /**
     * The last time step to build. Default: -1.
     */
    int32_t last_step;
    /**
     * GROMA_WIDE_IDS_FAIL (default) or GROMA_WIDE_IDS_TRUNCATE.
     */
    int32_t wide_ids;
    /**
     * The number of shards that are read, built and freed together; the unit of progress and of resume. Default: 3.
     */
    uint32_t batch_size;
    /**
     * The number of worker threads, 1024 at most; default 0, which stands for one per processor.
     */
    uint32_t threads;
    /**
     * 1: keep the tables of an earlier run with the same data and options, except damaged ones. A shard whose size and
     * time of writing are the same counts as unchanged. Default: 0, unlike that of a city: tables are as cheap to
     * build as their shards are to read, tiles are not.
     */
    int32_t resume;
    /**
     * The memory limit in bytes (see MEMORY above); default 0, which stands for 256 MiB.
     */
    uint64_t memory_limit;
    /**
     * 1: remove tables of an earlier build with other data, box or cell size. What is no table stays. Default: 0.
     */
    int32_t prune_stale;
    /**
     * 1: sync each batch to the disk before it counts as done. Default: 0.
     */
    int32_t fsync;
    /**
     * Called while the job runs; may be NULL.
     */
    groma_progress_fn on_progress;
    /**
     * Handed to on_progress.
     */
    void *user;
} groma_build_hash_tables_options;

/**
 * The figures of a build of hash tables. The JSON of groma_job_report_json has more.
 */
typedef struct {
    /**
     * sizeof the struct; set it before groma_job_hash_tables_report.
     */
    uint32_t struct_size;
    /**
     * The first requested time step that is in the data set.
     */
    int32_t first_step;
    /**
     * The last requested time step that is in the data set.
     */
    int32_t last_step;
    /**
     * The number of worker threads.
     */
    uint32_t threads;
    /**
     * Time steps from the first to the last.
     */
    uint64_t steps;
    /**
     * Tables that these steps have now.
     */
    uint64_t tables;
    /**
     * Tables that this run wrote; the others remained from an earlier run.
     */
    uint64_t tables_written;
    /**
     * Time steps known to have no sample, and therefore no table.
     */
    uint64_t empty_steps;
    /**
     * Time steps that an earlier run had finished.
     */
    uint64_t steps_resumed;
    /**
     * Time steps whose content is unknown because a shard was left out.
     */
    uint64_t unknown_steps;
    /**
     * Samples in the tables of these steps.
     */
    uint64_t samples;
    /**
     * Cells in the tables of these steps.
     */
    uint64_t cells;
    /**
     * Bytes that this run wrote.
     */
    uint64_t bytes_written;
    /**
     * Shards that were used.
     */
    uint64_t shards;
    /**
     * Shards that were left out.
     */
    uint64_t shards_skipped;
    /**
     * Samples with an infinite coordinate, treated as missing.
     */
    uint64_t infinite_samples;
    /**
     * Entries whose trajectory id was cut to 32 bits.
     */
    uint64_t truncated_ids;
    /**
     * Samples outside the box, put into the nearest border cell.
     */
    uint64_t clamped_samples;
    /**
     * Stale tables found, from an earlier build with other data, box or cell size.
     */
    uint64_t stale_tables;
    /**
     * Stale tables removed.
     */
    uint64_t stale_removed;
    /**
     * The number of warnings; their text is in the JSON.
     */
    uint64_t warnings;
    /**
     * The most bytes that the buffers took at once.
     */
    uint64_t peak_buffer_bytes;
    /**
     * The duration of the build, in seconds.
     */
    double seconds;
    /**
     * The box of the cells: smallest x, y, z. Both corners are 0 when the data set has no sample.
     */
    double box_min[3];
    /**
     * The box of the cells: largest x, y, z.
     */
    double box_max[3];
    /**
     * Positions skipped because their entry states 0 valid samples.
     */
    uint64_t uncounted_samples;
} groma_hash_tables_report;

/**
 * The header of a table.
 */
typedef struct {
    /**
     * sizeof the struct; set it before groma_hash_table_get_info.
     */
    uint32_t struct_size;
    /**
     * The time step.
     */
    uint32_t time_step;
    /**
     * The edge of a cell, in the data's own unit.
     */
    float cell_size;
    /**
     * The smallest x, y, z of the box, rounded from double.
     */
    float box_min[3];
    /**
     * The largest x, y, z of the box, rounded from double.
     */
    float box_max[3];
    /**
     * The number of cells that hold a sample.
     */
    uint32_t cells;
    /**
     * The number of samples.
     */
    uint32_t samples;
} groma_hash_table_info;

/**
 * A cell of a table that holds a sample.
 */
typedef struct {
    /**
     * The cell's key: a Morton code, 21 bits each, x in the lowest bit.
     */
    uint64_t key;
    /**
     * Where the ids of the cell's trajectories begin among all ids.
     */
    uint32_t start;
    /**
     * The number of these ids.
     */
    uint32_t count;
} groma_hash_table_entry;

/**
 * Fills `options`, a struct of `size` bytes (sizeof it), with the defaults.
 */
int32_t groma_build_hash_tables_options_init(groma_build_hash_tables_options *options, size_t size);

/**
 * Starts to build one hash table per time step from the shards in `folder`. The call returns at once: it
 * checks the options, while errors of the data set and the folders become the job's status. `options` must not be
 * NULL: it has the cell size.
 *
 * The job makes two passes: the first reads all positions for the box (unless the caller gives it), the second builds
 * the tables batch after batch. However the job ends, kill -9 included, each table under its final name is whole. It
 * ends with GROMA_NOT_FOUND when there is no such folder or no shard in it, GROMA_BAD_FORMAT when a shard contradicts
 * its name or header (unless on_bad_shard says to skip it), GROMA_MEMORY_LIMIT when memory_limit is too small for a
 * single time step, GROMA_BUSY when another build is at work in the folder of the tables.
 *
 * `job` gets the handle, to be freed with groma_job_close.
 */
int32_t groma_build_hash_tables_from_shards(groma_str folder,
                                            const groma_build_hash_tables_options *options,
                                            groma_job **job,
                                            groma_error *error);

/**
 * groma_build_hash_tables_from_shards and its end in one call, which returns when the tables are there. `report` gets
 * the figures, as from groma_job_hash_tables_report; it may be NULL. A failure of the build is the call's. on_progress
 * of the options can end it early.
 */
int32_t groma_build_hash_tables(groma_str folder,
                                const groma_build_hash_tables_options *options,
                                groma_hash_tables_report *report,
                                groma_error *error);

/**
 * Fills `report`, whose struct_size must be set, with the figures of a build of hash tables. GROMA_BUSY while the
 * build runs, the job's own status if it failed, GROMA_INVALID_ARGUMENT for a job of another kind.
 */
int32_t groma_job_hash_tables_report(const groma_job *job,
                                     groma_hash_tables_report *report,
                                     groma_error *error);

/**
 * Opens and checks the table in a file (like timestep_00001.bin in the folder of a cell size). GROMA_NOT_FOUND when
 * there is no such file, GROMA_BAD_FORMAT when it is not a complete table. `table` gets the handle, to be freed with
 * groma_hash_table_close.
 */
int32_t groma_hash_table_open(groma_str file,
                              groma_hash_table **table,
                              groma_error *error);

/**
 * Fills `info`, whose struct_size must be set, with the table's header.
 */
int32_t groma_hash_table_get_info(const groma_hash_table *table,
                                  groma_hash_table_info *info,
                                  groma_error *error);

/**
 * Returns the table's arrays in the mapped file, valid until it is closed: the cells that hold a sample, ascending by
 * their keys, and the trajectory ids of all cells one after another. GROMA_BAD_FORMAT when the file was cut.
 */
int32_t groma_hash_table_get_arrays(const groma_hash_table *table,
                                    const groma_hash_table_entry **entries,
                                    size_t *entry_count,
                                    const uint32_t **ids,
                                    size_t *id_count,
                                    groma_error *error);

/**
 * Writes the table of one time step from `count` samples in memory below `folder`, where a build from shards with this
 * box writes it, with the same bytes. `box_min` and `box_max` have three numbers, `positions` three for each sample.
 * Samples that are not finite are left out; the table of a time step without samples is removed. `written` gets the
 * number of samples in the table; it may be NULL.
 *
 * The index of that folder, which speaks of the shards that its tables were built from, is removed. Tables of
 * different time steps may be written at the same time. GROMA_BUSY while a build from shards is at work in the folder,
 * or was interrupted.
 */
int32_t groma_write_hash_table(groma_str folder,
                               float cell_size,
                               const double *box_min,
                               const double *box_max,
                               int32_t step,
                               uint64_t count,
                               const uint32_t *ids,
                               const double *positions,
                               uint32_t *written,
                               groma_error *error);

/**
 * Finds the trajectory ids in the cell with the numbers x, y, z (0 to 2097151). `ids` gets a pointer to them in the
 * mapped table, valid until it is closed, and `count` their number, 0 for an empty cell.
 */
int32_t groma_hash_table_cell(const groma_hash_table *table,
                              uint32_t x,
                              uint32_t y,
                              uint32_t z,
                              const uint32_t **ids,
                              size_t *count,
                              groma_error *error);

/**
 * Finds the trajectory ids in all cells that a ball around `centre` (x, y, z) may touch. `ids` gets at most `capacity`
 * of them, and `count` their total number, which may be larger. Every id within `radius` is among them, but also
 * others, since the table has no positions. With a `capacity` of 0 `ids` may be NULL.
 */
int32_t groma_hash_table_candidates(const groma_hash_table *table,
                                    const double *centre,
                                    double radius,
                                    uint32_t *ids,
                                    size_t capacity,
                                    size_t *count,
                                    groma_error *error);

/**
 * Finds the trajectory ids in the cell of a position (x, y, z), as groma_hash_table_cell. The cell is computed from
 * the box in the table's header, which is rounded to single precision: a position within such a rounding of a cell's
 * border may be assigned to the neighbour. Positions outside the box are in the nearest cell.
 */
int32_t groma_hash_table_cell_at(const groma_hash_table *table,
                                 const double *position,
                                 const uint32_t **ids,
                                 size_t *count,
                                 groma_error *error);

/**
 * Computes the cell of a position in a grid of cubes of `cell_size` that begins at `box_min`. `cell` gets the numbers
 * x, y, z, rounded down, and negative below `box_min`; a number outside the range of int32_t becomes the nearest in
 * it. `position` and `box_min` have three finite numbers.
 */
int32_t groma_cell_of_position(const double *position,
                               const double *box_min,
                               float cell_size,
                               int32_t *cell,
                               groma_error *error);

/**
 * Computes the key of the cell with the numbers x, y, z in `cell`: a Morton code, 21 bits each, x in the lowest bit.
 * As in tables, numbers outside 0 to 2097151 become the nearest in that range.
 */
int32_t groma_cell_key(const int32_t *cell,
                       uint64_t *key,
                       groma_error *error);

/**
 * Closes the table. NULL is allowed.
 */
void groma_hash_table_close(groma_hash_table *table);

/* QUERIES -------------------------------------------------------------------
 * Asking an open data set which trajectories come near a point, a trajectory or a path.
 */

/**
 * Finds around each of the points what groma_query_time_range finds. Set first_step, last_step (the same for a single
 * time step), points and radius.
 */
#define GROMA_QUERY_RADIUS 0

/**
 * Finds around each of the points what groma_query_dual_radius finds, over a range of time steps. Set first_step,
 * last_step, points, inner_radius and radius, which is the outer one. Query 2n of the answer is the inner one of point
 * n, query 2n + 1 the outer.
 */
#define GROMA_QUERY_DUAL_RADIUS 1

/**
 * Finds around each of the points what groma_query_nearest finds. Set first_step, points and nearest_count.
 */
#define GROMA_QUERY_NEAREST 2

/**
 * Finds around each of the trajectories what groma_query_trajectory finds. Set first_step, last_step, ids and radius.
 */
#define GROMA_QUERY_TRAJECTORY 3

/**
 * Finds what groma_query_path finds. Set path_steps, points and radius, and leave_out where a trajectory is not meant.
 */
#define GROMA_QUERY_PATH 4

/**
 * Takes space as periodic as groma_dataset_set_periodic or the manifest of the data set says.
 */
#define GROMA_PERIODIC_AS_DATASET 0

/**
 * Takes space as not periodic.
 */
#define GROMA_PERIODIC_NOT 1

/**
 * Takes space as periodic after the query's own periodic_extent.
 */
#define GROMA_PERIODIC_EXTENT 2

/**
 * A buffer for answers. It can be used for one query after another, and allocates only when an answer is larger than
 * all before.
 *
 * Threads: one query at a time; use one per thread.
 */
typedef struct groma_query_result groma_query_result;

/**
 * A sample in an answer.
 */
typedef struct {
    /**
     * The distance to the query point at the same time step; infinity (HUGE_VAL) where a moving query point has no
     * position at that time step.
     */
    double distance;
    /**
     * The position, in the data's own unit.
     */
    float position[3];
    /**
     * The time step.
     */
    int32_t time_step;
} groma_sample;

/**
 * Answers as flat arrays. They belong to the result handle and live until its next query or its close; those of a job
 * until groma_job_close.
 *
 * Query q found the trajectories ids[query_offsets[q]] to ids[query_offsets[q + 1] - 1]; trajectory i has the samples
 * samples[sample_offsets[i]] to samples[sample_offsets[i + 1] - 1]. Ids ascend within a query and time steps within a
 * trajectory; the nearest trajectories come nearest first.
 *
 * ```c
 * groma_query_view view;
 * uint64_t i, s;
 * view.struct_size = sizeof view;
 * groma_query_result_get_view(result, &view, NULL);
 * for (i = 0; i < view.id_count; i++) {
 *     printf("trajectory %llu\n", (unsigned long long)view.ids[i]);
 *     for (s = view.sample_offsets[i]; s < view.sample_offsets[i + 1]; s++) {
 *         printf("  %g away at time step %d\n", view.samples[s].distance, (int)view.samples[s].time_step);
 *     }
 * }
 * ```
 */
typedef struct {
    /**
     * sizeof the struct; set it before groma_query_result_get_view.
     */
    uint32_t struct_size;
    /**
     * Zero.
     */
    uint32_t reserved;
    /**
     * The number of queries answered: 1, or 2 for dual radius (inner, outer), or the number of points of a batch.
     */
    uint64_t query_count;
    /**
     * query_count + 1 numbers.
     */
    const uint64_t *query_offsets;
    /**
     * The number of trajectories of all queries.
     */
    uint64_t id_count;
    /**
     * id_count ids.
     */
    const uint64_t *ids;
    /**
     * id_count + 1 numbers.
     */
    const uint64_t *sample_offsets;
    /**
     * The number of samples of all trajectories.
     */
    uint64_t sample_count;
    /**
     * sample_count samples.
     */
    const groma_sample *samples;
    /**
     * sample_count numbers that say in which image of a periodic volume each sample was found, or NULL where the query
     * was not periodic: how many extents have to be added to the position along x (bits 0 to 7), y (8 to 15) and z
     * (16 to 23), each a signed byte, -127 to 127.
     */
    const uint32_t *images;
} groma_query_view;

/**
 * A query of any kind as a value. Fill it with groma_query_init, then set what its kind needs; the rest is not looked
 * at. Nothing is copied before groma_dataset_query or groma_dataset_query_async.
 */
typedef struct {
    /**
     * sizeof the struct; set by the init function.
     */
    uint32_t struct_size;
    /**
     * GROMA_QUERY_RADIUS (default), GROMA_QUERY_DUAL_RADIUS, GROMA_QUERY_NEAREST, GROMA_QUERY_TRAJECTORY or
     * GROMA_QUERY_PATH.
     */
    int32_t kind;
    /**
     * Selects the tables; must equal the cell size of their build. No default.
     */
    float cell_size;
    /**
     * The first time step. Default: 0.
     */
    int32_t first_step;
    /**
     * The last time step. Default: 0.
     */
    int32_t last_step;
    /**
     * Whether space is periodic: GROMA_PERIODIC_AS_DATASET (default), GROMA_PERIODIC_NOT or GROMA_PERIODIC_EXTENT.
     */
    int32_t periodicity;
    /**
     * 1: give each sample's position in the image in which it was found, in place of the stored one; a query point
     * that moves is first made continuous across the border. Default: 0.
     */
    int32_t unwrapped;
    /**
     * 1: leave_out is a trajectory that the answer to a path leaves out. Default: 0.
     */
    int32_t use_leave_out;
    /**
     * x, y, z of each query point, 3 x point_count numbers.
     */
    const double *points;
    /**
     * The number of query points.
     */
    size_t point_count;
    /**
     * The time step of each query point of a path, in order.
     */
    const int32_t *path_steps;
    /**
     * The trajectories to ask around.
     */
    const uint64_t *ids;
    /**
     * The number of trajectories to ask around.
     */
    size_t id_count;
    /**
     * How far from the query points.
     */
    double radius;
    /**
     * The smaller one of two radii.
     */
    double inner_radius;
    /**
     * How many of the nearest trajectories.
     */
    size_t nearest_count;
    /**
     * A trajectory that the answer to a path leaves out, where use_leave_out says so.
     */
    uint64_t leave_out;
    /**
     * With GROMA_PERIODIC_EXTENT, after which length space repeats itself along x, y and z; 0 on an axis on which it
     * does not.
     */
    double periodic_extent[3];
    /**
     * The least corner of the volume that repeats itself.
     */
    double periodic_origin[3];
} groma_query;

/**
 * Creates an empty result for queries. `result` gets the handle, to be freed with groma_query_result_close.
 */
int32_t groma_query_result_create(groma_query_result **result, groma_error *error);

/**
 * Fills `view`, whose struct_size must be set, with pointers to the answer of the last query: nothing is copied. After
 * a query that failed the view is empty. The next query into the result invalidates it.
 */
int32_t groma_query_result_get_view(const groma_query_result *result,
                                    groma_query_view *view,
                                    groma_error *error);

/**
 * Frees the result. NULL is allowed.
 */
void groma_query_result_close(groma_query_result *result);

/**
 * Finds the trajectories within `radius` of `centre` (x, y, z) at time step `step`, each with its sample. Lengths are
 * in the data's own unit; a distance equal to the radius is within. `cell_size` selects the tables, and must equal the
 * cell size of their build.
 *
 * The following holds for all queries. They are exact: distances are computed in double from the shards' positions.
 * The answer goes into `result` and replaces the previous one. Any number of threads may ask at once, each with a
 * result of its own. A time step known to be empty, or in no shard, gives an empty answer; the first query of a
 * time step in no shard also logs a warning (groma_log_to). A time step that has samples but no table gives
 * GROMA_NOT_FOUND (or, with build_missing, its table is built); a table that is torn, stale or of other data gives
 * GROMA_BAD_FORMAT; tables whose build is at work or was interrupted give GROMA_BUSY; a centre that is not finite or a
 * negative radius gives GROMA_INVALID_ARGUMENT.
 */
int32_t groma_query_radius(const groma_dataset *dataset,
                           float cell_size,
                           int32_t step,
                           const double *centre,
                           double radius,
                           const groma_query_result *result,
                           groma_error *error);

/**
 * As groma_query_radius, with two radii: query 0 of the answer is the inner one, query 1 the outer one, which includes
 * it. GROMA_INVALID_ARGUMENT when `inner_radius` is above `outer_radius`.
 */
int32_t groma_query_dual_radius(const groma_dataset *dataset,
                                float cell_size,
                                int32_t step,
                                const double *centre,
                                double inner_radius,
                                double outer_radius,
                                const groma_query_result *result,
                                groma_error *error);

/**
 * Finds the trajectories within `radius` of `centre` at any time step from `first_step` to `last_step`, each with its
 * samples within the radius.
 */
int32_t groma_query_time_range(const groma_dataset *dataset,
                               float cell_size,
                               int32_t first_step,
                               int32_t last_step,
                               const double *centre,
                               double radius,
                               const groma_query_result *result,
                               groma_error *error);

/**
 * Finds the trajectories that come within `radius` of trajectory `id` at any time step from `first_step` to
 * `last_step`. Each comes with all its samples from its first entry to its last exit, and their distances to `id` at
 * the same time step: infinity where `id` has no sample. `id` itself is left out. Where several entries of a shard
 * have the id, the nearest of their samples counts; where several have an id of the answer, each entry has a first
 * entry and a last exit of its own. GROMA_NOT_FOUND when `id` has no sample in the range.
 */
int32_t groma_query_trajectory(const groma_dataset *dataset,
                               float cell_size,
                               int32_t first_step,
                               int32_t last_step,
                               uint64_t id,
                               double radius,
                               const groma_query_result *result,
                               groma_error *error);

/**
 * As groma_query_trajectory, around the caller's path: `count` time steps in `steps`, in order, and x, y, z at each in
 * `positions`, 3 x count numbers. A time step may be repeated; then the nearest of its points counts. At a time step
 * that the path skips nothing is near, and samples there, between a first entry and a last exit, have infinite
 * distance.
 */
int32_t groma_query_path(const groma_dataset *dataset,
                         float cell_size,
                         size_t count,
                         const int32_t *steps,
                         const double *positions,
                         double radius,
                         const groma_query_result *result,
                         groma_error *error);

/**
 * Finds the `count` nearest trajectories at time step `step`, the nearest first; at equal distance the lower id comes
 * first. The answer has fewer when the time step does, and none with a `count` of 0. Otherwise as groma_query_radius.
 */
int32_t groma_query_nearest(const groma_dataset *dataset,
                            float cell_size,
                            int32_t step,
                            const double *centre,
                            size_t count,
                            const groma_query_result *result,
                            groma_error *error);

/**
 * As groma_query_radius, around `point_count` points at one time step, on the data set's threads. `centres` holds
 * 3 x point_count numbers; query n of the answer is that of point n. For many points this is much faster than one call
 * for each.
 */
int32_t groma_query_radius_batch(const groma_dataset *dataset,
                                 float cell_size,
                                 int32_t step,
                                 size_t point_count,
                                 const double *centres,
                                 double radius,
                                 const groma_query_result *result,
                                 groma_error *error);

/**
 * As groma_query_nearest, around `point_count` points at one time step, on the data set's threads. `centres` holds
 * 3 x point_count numbers; query n of the answer is that of point n.
 */
int32_t groma_query_nearest_batch(const groma_dataset *dataset,
                                  float cell_size,
                                  int32_t step,
                                  size_t point_count,
                                  const double *centres,
                                  size_t count,
                                  const groma_query_result *result,
                                  groma_error *error);

/**
 * Fills `query`, a struct of `size` bytes (sizeof it), with the defaults.
 */
int32_t groma_query_init(groma_query *query, size_t size);

/**
 * Answers a query of any kind, around one point, trajectory or path or around many, those in parallel. The answer goes
 * into `result`. What holds for all queries stands at groma_query_radius.
 */
int32_t groma_dataset_query(const groma_dataset *dataset,
                            const groma_query *query,
                            const groma_query_result *result,
                            groma_error *error);

/**
 * Starts groma_dataset_query on one of the data set's threads. What the query points to is copied. `job` gets the
 * handle, to be freed with groma_job_close, also when the data set was closed before. groma_job_query_view returns the
 * answer.
 */
int32_t groma_dataset_query_async(const groma_dataset *dataset,
                                  const groma_query *query,
                                  groma_job **job,
                                  groma_error *error);

/**
 * Starts groma_query_radius on one of the data set's threads. `job` gets the handle, to be freed with groma_job_close,
 * also when the data set was closed before. groma_job_query_view returns the answer.
 *
 * Any number of queries can be started; they wait for a free thread in order. A cancelled query stops at the next time
 * step.
 */
int32_t groma_query_radius_async(const groma_dataset *dataset,
                                 float cell_size,
                                 int32_t step,
                                 const double *centre,
                                 double radius,
                                 groma_job **job,
                                 groma_error *error);

/**
 * Starts groma_query_dual_radius, otherwise as groma_query_radius_async.
 */
int32_t groma_query_dual_radius_async(const groma_dataset *dataset,
                                      float cell_size,
                                      int32_t step,
                                      const double *centre,
                                      double inner_radius,
                                      double outer_radius,
                                      groma_job **job,
                                      groma_error *error);

/**
 * Starts groma_query_time_range, otherwise as groma_query_radius_async.
 */
int32_t groma_query_time_range_async(const groma_dataset *dataset,
                                     float cell_size,
                                     int32_t first_step,
                                     int32_t last_step,
                                     const double *centre,
                                     double radius,
                                     groma_job **job,
                                     groma_error *error);

/**
 * Starts groma_query_trajectory, otherwise as groma_query_radius_async.
 */
int32_t groma_query_trajectory_async(const groma_dataset *dataset,
                                     float cell_size,
                                     int32_t first_step,
                                     int32_t last_step,
                                     uint64_t id,
                                     double radius,
                                     groma_job **job,
                                     groma_error *error);

/**
 * Starts groma_query_path, otherwise as groma_query_radius_async. The path is copied.
 */
int32_t groma_query_path_async(const groma_dataset *dataset,
                               float cell_size,
                               size_t count,
                               const int32_t *steps,
                               const double *positions,
                               double radius,
                               groma_job **job,
                               groma_error *error);

/**
 * Starts groma_query_nearest, otherwise as groma_query_radius_async.
 */
int32_t groma_query_nearest_async(const groma_dataset *dataset,
                                  float cell_size,
                                  int32_t step,
                                  const double *centre,
                                  size_t count,
                                  groma_job **job,
                                  groma_error *error);

/**
 * Starts groma_query_radius_batch, otherwise as groma_query_radius_async. The points are copied.
 */
int32_t groma_query_radius_batch_async(const groma_dataset *dataset,
                                       float cell_size,
                                       int32_t step,
                                       size_t point_count,
                                       const double *centres,
                                       double radius,
                                       groma_job **job,
                                       groma_error *error);

/**
 * Starts groma_query_nearest_batch, otherwise as groma_query_radius_async. The points are copied.
 */
int32_t groma_query_nearest_batch_async(const groma_dataset *dataset,
                                        float cell_size,
                                        int32_t step,
                                        size_t point_count,
                                        const double *centres,
                                        size_t count,
                                        groma_job **job,
                                        groma_error *error);

/**
 * Fills `view`, whose struct_size must be set, with pointers to the answer of a query's job. They are valid until the
 * job is closed. GROMA_BUSY while the query runs, its own status if it failed, GROMA_INVALID_ARGUMENT for a job of
 * another kind.
 */
int32_t groma_job_query_view(const groma_job *job,
                             groma_query_view *view,
                             groma_error *error);

/* CITIES --------------------------------------------------------------------
 * Building the surface mesh of a city, tile by tile, from footprints and terrain: inputs, options, report,
 * and the size of tiles that fits a memory limit.
 */

/**
 * Heights of buildings are elevations of the roof, in the terrain's height system.
 */
#define GROMA_HEIGHT_ABSOLUTE 0

/**
 * Heights of buildings count from the lowest ground along the building's outline.
 */
#define GROMA_HEIGHT_ABOVE_GROUND 1

/**
 * Values of height_property are numbers of storeys above the ground, each level_height high.
 */
#define GROMA_HEIGHT_LEVELS 2

/**
 * The property's name tells what the heights mean: docs/heights.md lists the known names; values under any other name
 * are elevations.
 */
#define GROMA_HEIGHT_BY_NAME (-1)

/**
 * The building has the level of detail of the whole mesh.
 */
#define GROMA_LOD_OF_MESH (-1)

/**
 * A building is a flat platform on the ground.
 */
#define GROMA_LOD0 0

/**
 * A building is a block with a flat roof.
 */
#define GROMA_LOD1 1

/**
 * Places without terrain data are left out: the mesh ends where the data end. A void is filled as a whole where each
 * of its places is near enough to data, or under a building; else it is left out as a whole.
 */
#define GROMA_OUTSIDE_SKIP 0

/**
 * A tile with a place that is too far from terrain data fails.
 */
#define GROMA_OUTSIDE_FAIL 1

/**
 * Places without terrain data get the height of the nearest data, however far those are.
 */
#define GROMA_OUTSIDE_FILL 2

/**
 * The ground beside buildings is the terrain's, like everywhere: walls go down to it.
 */
#define GROMA_GROUND_TERRAIN 0

/**
 * The ground beside buildings has the lowest height of the triangles around each vertex, as in DTCC.
 */
#define GROMA_GROUND_LOWEST 1

/**
 * Footprints of buildings in memory, as flat arrays. The arrays need to live only until the call that gets them
 * returns. Fill it with groma_footprints_init.
 *
 * Footprint f has the polygons polygon_offsets[f] to polygon_offsets[f + 1] - 1, polygon p the rings ring_offsets[p]
 * to ring_offsets[p + 1] - 1, ring r the vertices vertex_offsets[r] to vertex_offsets[r + 1] - 1. Offsets begin with
 * 0, never descend, and end with the count of the items that they point to. All counts must be set, also where offsets
 * are NULL.
 *
 * ```c
 * // A house of 20 m x 10 m, 8.5 m high, and a triangular one.
 * const double heights[] = {8.5, 6.0};
 * const double corners[] = {100, 100,  120, 100,  120, 110,  100, 110,  150, 100,  170, 100,  160, 120};
 * const uint64_t vertex_offsets[] = {0, 4, 7};
 * groma_footprints footprints;
 * groma_footprints_init(&footprints, sizeof footprints);
 * footprints.height_reference = GROMA_HEIGHT_ABOVE_GROUND;
 * footprints.count = footprints.polygon_count = footprints.ring_count = 2;
 * footprints.heights = heights;
 * footprints.vertex_offsets = vertex_offsets;
 * footprints.vertex_count = 7;
 * footprints.vertices = corners;
 * ```
 */
typedef struct {
    /**
     * sizeof the struct; set by the init function.
     */
    uint32_t struct_size;
    /**
     * GROMA_HEIGHT_ABSOLUTE (default) or GROMA_HEIGHT_ABOVE_GROUND.
     */
    int32_t height_reference;
    /**
     * The number of footprints.
     */
    uint64_t count;
    /**
     * A height for each footprint, in metres, counted from height_reference. A height counts as unknown if it is NaN,
     * 0 or less above the ground, more than 900 m above the ground, or an elevation outside -500 to 9000 m. Footprints
     * of unknown height are left out, counted in groma_city_report, and named in a warning.
     */
    const double *heights;
    /**
     * A level of detail for each footprint: GROMA_LOD_OF_MESH, GROMA_LOD0 or GROMA_LOD1; NULL (default) stands for the
     * mesh's.
     */
    const int32_t *lods;
    /**
     * A name for each footprint, UTF-8. NULL (default) when they have no names; reports then call them #0, #1 and so
     * on.
     */
    const groma_str *ids;
    /**
     * count + 1 numbers; NULL (default) when each footprint has one polygon.
     */
    const uint64_t *polygon_offsets;
    /**
     * The number of polygons of all footprints.
     */
    uint64_t polygon_count;
    /**
     * polygon_count + 1 numbers; NULL (default) when no polygon has holes. A polygon's first ring is the outer one.
     */
    const uint64_t *ring_offsets;
    /**
     * The number of rings of all polygons.
     */
    uint64_t ring_count;
    /**
     * ring_count + 1 numbers.
     */
    const uint64_t *vertex_offsets;
    /**
     * The number of vertices of all rings.
     */
    uint64_t vertex_count;
    /**
     * x and y of each vertex, in metres: 2 x vertex_count numbers. Rings go either way around. Their last vertex may
     * or may not repeat the first.
     */
    const double *vertices;
} groma_footprints;

/**
 * A raster of ground heights in memory. The array needs to live only until the call that gets it returns. Fill it with
 * groma_raster_init.
 */
typedef struct {
    /**
     * sizeof the struct; set by the init function.
     */
    uint32_t struct_size;
    /**
     * 1: pixels with the value nodata have no data. NaN and infinite pixels never have. Default: 0.
     */
    int32_t use_nodata;
    /**
     * The number of columns, from west to east.
     */
    uint64_t cols;
    /**
     * The number of rows, from north to south.
     */
    uint64_t rows;
    /**
     * The outer edge of the first column, in metres.
     */
    double west;
    /**
     * The outer edge of the first row, in metres.
     */
    double north;
    /**
     * The width of a pixel, in metres.
     */
    double cell_width;
    /**
     * The height of a pixel, in metres.
     */
    double cell_height;
    /**
     * The value of pixels without data.
     */
    float nodata;
    /**
     * Zero.
     */
    uint32_t reserved;
    /**
     * cols x rows heights in metres, row by row from the north, each from the west. A value is the height at its
     * pixel's centre.
     */
    const float *values;
} groma_raster;

/**
 * The input of a city mesh. Fill it with groma_city_input_init; then set either footprints_file or footprints, and
 * either terrain_file or terrain. All coordinates are metres in one projected reference system; a file in degrees is
 * refused.
 */
typedef struct {
    /**
     * sizeof the struct; set by the init function.
     */
    uint32_t struct_size;
    /**
     * The meaning of the values of height_property: GROMA_HEIGHT_BY_NAME (default), GROMA_HEIGHT_ABSOLUTE,
     * GROMA_HEIGHT_ABOVE_GROUND or GROMA_HEIGHT_LEVELS. Without a height_property it has no effect.
     */
    int32_t height_reference;
    /**
     * A file of footprints: GeoJSON, Shapefile, FlatGeobuf, CityJSON, and GeoPackage where the library was built with
     * it. Its first bytes tell which.
     */
    groma_str footprints_file;
    /**
     * The property with the height: a number of metres, or a text like 12 m or 40'. Default: empty, which takes for
     * each feature the best of the known properties that has a usable value.
     */
    groma_str height_property;
    /**
     * The property with the level of detail. Default: empty, which gives all buildings the mesh's.
     */
    groma_str lod_property;
    /**
     * The property with the building's name. Default: empty, which takes the feature's id or the first of the common
     * name properties.
     */
    groma_str id_property;
    /**
     * The height above the ground of features without a height: above 0, at most 900 m.
     */
    double default_height;
    /**
     * 1: give features without a height the default height. 0 (default): leave them out and count them.
     */
    int32_t use_default_height;
    /**
     * Zero.
     */
    uint32_t reserved;
    /**
     * Footprints in memory.
     */
    const groma_footprints *footprints;
    /**
     * A GeoTIFF, an ESRI ASCII grid, an XYZ grid, an SRTM tile (.hgt) or a VRT, in any reference system, or a folder
     * of such files, which are then one raster.
     */
    groma_str terrain_file;
    /**
     * Terrain in memory.
     */
    const groma_raster *terrain;
    /**
     * The height of a storey, for buildings whose height is known in storeys only: above 0, at most 20 m. Default: 3.
     */
    double level_height;
    /**
     * The layer with the footprints, of a file with several. Default: empty, which takes the only one with polygons.
     */
    groma_str layer;
    /**
     * Conditions that all features must fulfil to be read, one in each line: NAME=VALUE or NAME!=VALUE. Numbers are
     * compared as numbers; a missing value is the empty one. Default: empty, which reads all features.
     */
    groma_str filters;
    /**
     * The publisher whose fields heights are taken from where there is no height_property: auto, osm, overture,
     * microsoft, bag or cityjson; docs/heights.md has the fields. Default: empty, which is auto.
     */
    groma_str heights;
} groma_city_input;

/**
 * Called on the job's own thread for each finished tile, so that a program can show tiles while the city grows. It
 * gets the tile's name, which is not NUL-terminated and lives until the return, and its number of triangles. The tile
 * can be read from the store at once. A tile that is made again with a wider halo is reported again. The function may
 * do what a groma_progress_fn may.
 */
typedef void (*groma_tile_fn)(groma_str name, uint64_t triangles, void *user);

/**
 * Options of a city mesh. Fill it with groma_build_city_mesh_options_init. Lengths are in metres.
 */
typedef struct {
    /**
     * sizeof the struct; set by the init function.
     */
    uint32_t struct_size;
    /**
     * The level of detail of buildings that have none of their own: GROMA_LOD0 or GROMA_LOD1 (default).
     */
    int32_t lod;
    /**
     * The edge of a tile, above 0, at most 1,000,000 m; rounded up to a multiple of 250, with a warning. Tiles of more
     * than about 200,000 triangles are made in halves. The mesh does not depend on it. Default: 1000.
     */
    double tile_size;
    /**
     * The halo of a tile: how far around it the plane is triangulated together with it, 0 to 10,000 m; a value that is
     * too small is raised, with a warning. Default: 50.
     */
    double tile_overlap;
    /**
     * Worker threads; default 0, which stands for one per processor. The mesh does not depend on it.
     */
    uint32_t threads;
    /**
     * 1 (default): merge buildings that touch or nearly do into one. 0: let them share their walls.
     */
    int32_t merge_buildings;
    /**
     * The smallest detail of an outline, 0 to 10 m: where possible no edge is shorter, and no notch or neck narrower.
     * Courtyards smaller than 16 times its square are closed. Where buildings stay apart, walls nearer than half of it
     * become one. Default: 0.5.
     */
    double min_building_detail;
    /**
     * Footprints smaller than this are left out, 0 to 1,000,000,000 square metres. Default: 15.
     */
    double min_building_area;
    /**
     * Buildings nearer to each other than this are merged, 0 to 10 m. Default: 0.5.
     */
    double merge_tolerance;
    /**
     * The largest length of pieces of walls, and the spacing of points on roofs, 0.25 to 64 m; at most 37.75 where
     * max_mesh_size is above 40. Default: 5.
     */
    double building_mesh_triangle_size;
    /**
     * The spacing of points on open ground, 0.5 to 41.5 m, less with smoothing. Default: 10.
     */
    double max_mesh_size;
    /**
     * The smallest angle of triangles of ground and roofs, seen from above, 0 to 30 degrees, where possible. A corner
     * of an outline that is sharper is cut off, or filled, where it is as wide as min_building_detail. Default: 25.
     */
    double min_mesh_angle;
    /**
     * Smoothing of the ground, 0 to 5 rounds. Default: 0.
     */
    uint32_t smoothing;
    /**
     * 1: leave the footprints of LOD0 buildings open. 0 (default): cover them with a platform.
     */
    int32_t treat_lod0_as_holes;
    /**
     * 0 or 1 (default). Without effect, as triangles are always sorted; for programs that set it.
     */
    int32_t sort_triangles;
    /**
     * 1: mesh the area in bounds. 0 (default): mesh the whole terrain.
     */
    int32_t use_bounds;
    /**
     * 0 to 1000. Without effect, as the tiles of a city fit bit for bit; for programs that set it. Default: 0.
     */
    double snap_distance;
    /**
     * The largest distance from a place without terrain data to the data used for it, 0 to 1,000,000 m. Default: 10.
     */
    double max_fill_distance;
    /**
     * The area to mesh: west, south, east, north, in metres of the mesh's reference system, or in degrees where an
     * input is in degrees.
     */
    double bounds[4];
    /**
     * 1 (default): keep tiles of an earlier build in the store whose inputs are the same. 0: make all tiles anew.
     */
    int32_t resume;
    /**
     * 1: sync each file to the disk before it gets its name. Default: 0.
     */
    int32_t fsync;
    /**
     * The memory limit in bytes (see MEMORY above); default 0, which stands for 256 MiB.
     */
    uint64_t memory_limit;
    /**
     * The folder for temporary files with many footprints, and with terrain that does not fit the memory limit.
     * Default: empty, which stands for the system's folder for such files.
     */
    groma_str temp_dir;
    /**
     * Called while the job runs; may be NULL.
     */
    groma_progress_fn on_progress;
    /**
     * Called for each finished tile; may be NULL.
     */
    groma_tile_fn on_tile;
    /**
     * Handed to on_progress and on_tile.
     */
    void *user;
    /**
     * 1: remove tiles from the store whose area is outside what is meshed now. 0 (default): a build that would
     * remove such tiles is refused with GROMA_UNSUPPORTED, whatever resume is.
     */
    int32_t replace;
    /**
     * What is done with places that are farther from the terrain's data than max_fill_distance: GROMA_OUTSIDE_SKIP
     * (default), GROMA_OUTSIDE_FAIL or GROMA_OUTSIDE_FILL.
     */
    int32_t outside_data;
    /**
     * nodata_count heights of the terrain that stand for no data, besides those that its file or its groma_raster
     * declares. Heights that cannot be ground, in more than a few pixels and far from the rest, are refused unless
     * they are listed here; a NaN in the list accepts all of them as heights. Default: NULL.
     */
    const double *nodata;
    /**
     * The length of nodata. Default: 0.
     */
    uint64_t nodata_count;
    /**
     * The EPSG code of the mesh's reference system, a local projection. Default: 0, which stands for the terrain's, or
     * the footprints', or, where both are in degrees, the zone of UTM in the middle. Inputs that name no system are
     * taken to be in it.
     */
    uint32_t crs;
    /**
     * The height of the ground beside buildings: GROMA_GROUND_TERRAIN (default) or GROMA_GROUND_LOWEST.
     */
    int32_t ground_beside_buildings;
    /**
     * The length of the unit of the heights in a terrain file in metres, at most 1,000: 0.3048 for feet. Default: 0,
     * which stands for what the file tells, or metres.
     */
    double height_unit;
    /**
     * The largest pixels that a terrain file may be read with, 0 to 1,000 m: a GeoTIFF with overviews is read from the
     * one with the largest pixels that are no larger. Default: 0, which stands for the file's own pixels.
     */
    double terrain_resolution;
    /**
     * A file of polygons, of any format that footprints may have and in any reference system: only what lies in one of
     * them is meshed, and buildings that reach over their border are left out. Default: empty, which stands for all
     * of the terrain or the bounds. groma_measure_city passes over it.
     */
    groma_str domain_file;
    /**
     * 1: raise roofs under the highest ground along their outline to 0.5 m above it. 0 (default): leave them there.
     */
    int32_t raise_covered_roofs;
    /**
     * Zero.
     */
    int32_t reserved;
    /**
     * Roofs of merged buildings become one when they differ by less than this, 0 to 10,000 m. Where they differ by
     * more, the building is divided into parts, and where footprints overlap the higher one stands. With 10,000 each
     * merged building has one roof, the mean of its footprints' weighted by their areas. Default: 0.5.
     */
    double merge_height_tolerance;
} groma_build_city_mesh_options;

/**
 * Options of groma_generate_city. Fill it with groma_generate_city_options_init.
 */
typedef struct {
    /**
     * sizeof the struct; set by the init function.
     */
    uint32_t struct_size;
    /**
     * The number of footprints, the hostile ones included. Default: 1000.
     */
    uint32_t buildings;
    /**
     * Another seed gives another city of the same kind. Default: 1.
     */
    uint64_t seed;
    /**
     * 1: add footprints that overlap, touch at corners, cross themselves, or are hard on a mesher in other ways.
     * Default: 0.
     */
    int32_t hostile;
    /**
     * Zero.
     */
    uint32_t reserved;
    /**
     * The south-west corner: x and y in whole metres. Default: 0.
     */
    int64_t offset[2];
    /**
     * The size of a terrain pixel, in metres. Default: 2.
     */
    double cell;
} groma_generate_city_options;

/**
 * The figures of a build of a city mesh. The JSON of groma_job_report_json also has names, causes and warnings.
 */
typedef struct {
    /**
     * sizeof the struct; set it before groma_job_city_report.
     */
    uint32_t struct_size;
    /**
     * The number of worker threads.
     */
    uint32_t threads;
    /**
     * The rectangle around the meshed area: west, south, east, north.
     */
    double bounds[4];
    /**
     * Features of the file, or footprints in memory: used_footprints plus all that were left out.
     */
    uint64_t footprints;
    /**
     * Buildings of the mesh, the N of the markers.
     */
    uint64_t buildings;
    /**
     * Features of the file without a geometry, left out.
     */
    uint64_t no_geometry;
    /**
     * Features of the file that are not polygons, left out.
     */
    uint64_t other_geometry;
    /**
     * Features of the file, or footprints in memory, without a usable height, left out.
     */
    uint64_t no_height;
    /**
     * Footprints that got the default height.
     */
    uint64_t default_heights;
    /**
     * Footprints outside the meshed area or over its border, left out; the JSON has the two apart.
     */
    uint64_t outside;
    /**
     * Footprints without area, left out.
     */
    uint64_t empty_footprints;
    /**
     * Footprints below min_building_area, left out.
     */
    uint64_t small;
    /**
     * Footprints whose outlines crossed or overlapped themselves and were repaired.
     */
    uint64_t repaired;
    /**
     * Footprints that could not be repaired, or without ground for their height to count from, left out; the JSON has
     * the two apart.
     */
    uint64_t unrepairable;
    /**
     * Footprints that were merged with others, or share walls with them.
     */
    uint64_t clustered;
    /**
     * Points where buildings touch without sharing a wall.
     */
    uint64_t corner_contacts;
    /**
     * Edges of buildings that stayed shorter than min_building_detail.
     */
    uint64_t short_edges;
    /**
     * Places that stayed narrower than min_building_detail, within a building or between two.
     */
    uint64_t narrow_places;
    /**
     * Tiles of the city.
     */
    uint64_t tiles;
    /**
     * Tiles made by this run.
     */
    uint64_t built;
    /**
     * Tiles kept from an earlier run with the same inputs.
     */
    uint64_t kept;
    /**
     * Tiles kept from an earlier run in which only the buildings' numbers changed.
     */
    uint64_t renumbered;
    /**
     * Tiles made by other processes meanwhile.
     */
    uint64_t elsewhere;
    /**
     * Tiles without a triangle.
     */
    uint64_t empty;
    /**
     * Tiles of an earlier build that were removed.
     */
    uint64_t removed;
    /**
     * Tiles that could not be made; above 0 the store is incomplete.
     */
    uint64_t failed;
    /**
     * Tiles that were made again with a wider halo because they and a neighbour disagreed.
     */
    uint64_t healed;
    /**
     * The largest number of refinement rounds in a tile.
     */
    uint64_t rounds;
    /**
     * Vertices. A vertex counts once for each tile that uses it.
     */
    uint64_t vertices;
    /**
     * Triangles.
     */
    uint64_t triangles;
    /**
     * Triangles of the ground that touch no building.
     */
    uint64_t ground;
    /**
     * Triangles of the ground that touch a building.
     */
    uint64_t ground_beside_buildings;
    /**
     * Triangles of walls.
     */
    uint64_t walls;
    /**
     * Triangles of roofs and platforms.
     */
    uint64_t roofs;
    /**
     * Vertices whose height was taken from the nearest data.
     */
    uint64_t filled_heights;
    /**
     * Pieces of walls with their roof below the ground; groma_check_report counts triangles of walls.
     */
    uint64_t walls_upside_down;
    /**
     * Triangles of ground and roofs with an angle under 25 degrees, seen from above.
     */
    uint64_t under_25;
    /**
     * The same under 20 degrees.
     */
    uint64_t under_20;
    /**
     * The same under 10 degrees.
     */
    uint64_t under_10;
    /**
     * The smallest angle of ground and roofs, seen from above, in degrees.
     */
    double min_angle;
    /**
     * The longest edge of ground and roofs, seen from above, in metres; groma_check_report has the longest in space.
     */
    double longest_edge;
    /**
     * The size of the store, in bytes.
     */
    uint64_t bytes;
    /**
     * The most bytes that the job's buffers took at once.
     */
    uint64_t peak_buffer_bytes;
    /**
     * The peak physical memory of the whole process, in bytes. It includes pages of files, which memory_limit does not
     * count. 0 where the system does not tell.
     */
    uint64_t process_peak_bytes;
    /**
     * The number of warnings; their text is in the JSON.
     */
    uint64_t warnings;
    /**
     * The duration of the build, in seconds.
     */
    double seconds;
    /**
     * Heights that count as unknown: zero or less above the ground, an elevation of zero beside another height, and
     * NaN in memory.
     */
    uint64_t unknown_heights;
    /**
     * Heights that count as unknown: above 900 m, or an elevation outside -500 to 9000 m.
     */
    uint64_t impossible_heights;
    /**
     * Heights that count as unknown: texts of the file that cannot be read as one height.
     */
    uint64_t unreadable_heights;
    /**
     * Footprints whose height was computed from storeys.
     */
    uint64_t heights_from_levels;
    /**
     * Buildings with their roof below the highest ground along their outline.
     */
    uint64_t roofs_under_ground;
    /**
     * Ids shared by more than one footprint.
     */
    uint64_t duplicate_ids;
    /**
     * Footprints left out because others, which stay apart, cover them.
     */
    uint64_t swallowed;
    /**
     * Footprints with a roof that is more than 1 m higher or lower in the mesh.
     */
    uint64_t roof_changes;
    /**
     * Footprints whose area changed by more than a tenth in cleaning; a merged cluster counts once.
     */
    uint64_t area_changes;
    /**
     * The height of the lowest roof above the lowest ground along its outline, in metres; 0 where there is none.
     */
    double lowest_roof_height;
    /**
     * The height of the highest roof above the lowest ground along its outline, in metres; 0 where there is none.
     */
    double highest_roof_height;
    /**
     * Footprints that are in the mesh, whole or in part.
     */
    uint64_t used_footprints;
    /**
     * Reasons why used footprints lack a part, each counted once per footprint; the JSON has them by name.
     */
    uint64_t missing_parts;
    /**
     * Courtyards that were closed; the JSON names the footprints that had them.
     */
    uint64_t courtyards_closed;
    /**
     * Footprints of level of detail 0 that were merged into blocks, of level 1.
     */
    uint64_t lod_changes;
    /**
     * The meshed area, in square metres.
     */
    double area;
    /**
     * What was left out of the area to mesh because the terrain has no data there, in square metres.
     */
    double area_without_data;
    /**
     * Buildings that were divided into parts of different height.
     */
    uint64_t divided_buildings;
    /**
     * The parts of all buildings; a building with one roof counts as one.
     */
    uint64_t building_parts;
} groma_city_report;

/**
 * The estimated sizes of tiles and of the whole mesh.
 */
typedef struct {
    /**
     * sizeof the struct; set it before groma_calculate_optimal_tile_size.
     */
    uint32_t struct_size;
    /**
     * Zero.
     */
    uint32_t reserved;
    /**
     * The edge of a tile, in metres.
     */
    double tile_size;
    /**
     * Triangles of the whole mesh, walls excluded.
     */
    uint64_t triangles;
    /**
     * Triangles of a tile, its surroundings included.
     */
    uint64_t tile_triangles;
    /**
     * Bytes of memory that the work on a tile takes.
     */
    uint64_t tile_bytes;
    /**
     * Bytes of memory that the whole mesh would take.
     */
    uint64_t mesh_bytes;
    /**
     * The number of tiles of the city.
     */
    uint64_t tiles;
} groma_tile_size_estimate;

/**
 * Fills `footprints`, a struct of `size` bytes (sizeof it), with the defaults.
 */
int32_t groma_footprints_init(groma_footprints *footprints, size_t size);

/**
 * Fills `raster`, a struct of `size` bytes (sizeof it), with the defaults.
 */
int32_t groma_raster_init(groma_raster *raster, size_t size);

/**
 * Fills `input`, a struct of `size` bytes (sizeof it), with the defaults.
 */
int32_t groma_city_input_init(groma_city_input *input, size_t size);

/**
 * Fills `options`, a struct of `size` bytes (sizeof it), with the defaults.
 */
int32_t groma_build_city_mesh_options_init(groma_build_city_mesh_options *options, size_t size);

/**
 * Starts to build the mesh of a city, tile by tile, into the store in `folder`, which is created if needed. The call
 * returns at once: it checks the options and the arrays in memory, while errors of files and folders become the job's
 * status. Arrays in `input` are copied before the call returns. `options` may be NULL for the defaults.
 *
 * The mesh is the same, bit for bit, for every tile size, number of threads and memory limit. Several processes may
 * build the same city into the same store at once. However a build ends, kill -9 included, each tile under its final
 * name is whole, and a second build makes only the missing ones. A tile that cannot be made does not fail the job:
 * groma_city_report counts it as failed, the JSON has its cause, and the store is incomplete. The job ends with
 * GROMA_NOT_FOUND or GROMA_BAD_FORMAT for an input file, GROMA_UNSUPPORTED for reference systems between which no way
 * is known, GROMA_MEMORY_LIMIT when memory_limit is too small for a tile.
 *
 * `job` gets the handle, to be freed with groma_job_close.
 */
int32_t groma_build_city_mesh_tiled(const groma_city_input *input,
                                    groma_str folder,
                                    const groma_build_city_mesh_options *options,
                                    groma_job **job,
                                    groma_error *error);

/**
 * Fills `options`, a struct of `size` bytes (sizeof it), with the defaults.
 */
int32_t groma_generate_city_options_init(groma_generate_city_options *options, size_t size);

/**
 * Generates a city to try things out with, and writes it into `folder`, which is created if needed: footprints.geojson
 * (heights in the properties roof, an elevation, and height, above the ground) and terrain.tif. The same options give
 * the same files on every machine. `options` may be NULL for the defaults. `bounds`, four numbers or NULL, gets west,
 * south, east and north of the terrain in metres. GROMA_INVALID_ARGUMENT for a folder that already has one of the
 * files: nothing is replaced. The call returns when all is written.
 */
int32_t groma_generate_city(groma_str folder,
                            const groma_generate_city_options *options,
                            double *bounds,
                            groma_error *error);

/**
 * Fills `report`, whose struct_size must be set, with the figures of a build of a city mesh. GROMA_BUSY while the
 * build runs, the job's own status if it failed, GROMA_INVALID_ARGUMENT for a job of another kind.
 */
int32_t groma_job_city_report(const groma_job *job,
                              groma_city_report *report,
                              groma_error *error);

/**
 * Computes the largest tiles with which all workers together stay within `memory_fraction` (above 0, at most 1) of the
 * memory limit; one cell of 250 m where one worker at a time does with it, else GROMA_MEMORY_LIMIT.
 *
 * `bounds` has four numbers: west, south, east, north in metres. `edge_pieces_per_km2` is the density of buildings:
 * pieces of building_mesh_triangle_size of their outlines per square kilometre, and for finely meshed roofs as many as
 * bring the same number of points. groma_measure_city counts them; an ordinary town has 10,000. `options` may be NULL
 * for the defaults; only the mesh's parameters, threads and memory_limit are used. `estimate`, whose struct_size must
 * be set, gets the result.
 */
int32_t groma_calculate_optimal_tile_size(const double *bounds,
                                          double edge_pieces_per_km2,
                                          double memory_fraction,
                                          const groma_build_city_mesh_options *options,
                                          groma_tile_size_estimate *estimate,
                                          groma_error *error);

/**
 * Tells whether the whole city at once would take more than `memory_fraction` of the memory limit: `tiling` gets 1 or
 * 0. Arguments as for groma_calculate_optimal_tile_size. (groma_build_city_mesh_tiled makes one tile of a city when
 * tile_size is at least its edge.)
 */
int32_t groma_should_use_tiling(const double *bounds,
                                double edge_pieces_per_km2,
                                double memory_fraction,
                                const groma_build_city_mesh_options *options,
                                int32_t *tiling,
                                groma_error *error);

/**
 * Reads the input, files included, and measures the figures that a tile size is calculated from. `bounds`, four
 * numbers, gets west, south, east, north of the area that would be meshed, `edge_pieces_per_km2` its density of
 * buildings. `options` may be NULL for the defaults; only the mesh's parameters, bounds, use_bounds and crs are used.
 * The call returns when all is read, for a large city after some seconds.
 */
int32_t groma_measure_city(const groma_city_input *input,
                           const groma_build_city_mesh_options *options,
                           double *bounds,
                           double *edge_pieces_per_km2,
                           groma_error *error);

/* BUILDS IN PARTS -----------------------------------------------------------
 * A build by any number of processes, on any machines that share a folder: a plan, parts, an end; for cities
 * and for hash tables.
 */

/**
 * Options of a part of the build of a city, and of its end. Fill it with groma_part_options_init. All else the plan
 * has decided.
 */
typedef struct {
    /**
     * sizeof the struct; set by the init function.
     */
    uint32_t struct_size;
    /**
     * Worker threads; default 0, which stands for one per processor.
     */
    uint32_t threads;
    /**
     * The memory limit in bytes (see MEMORY above); default 0, which stands for 256 MiB.
     */
    uint64_t memory_limit;
    /**
     * 1: sync each file to the disk before it gets its name. Default: 0.
     */
    int32_t fsync;
    /**
     * Zero.
     */
    uint32_t reserved;
    /**
     * Called while the job runs; may be NULL.
     */
    groma_progress_fn on_progress;
    /**
     * Called for each finished tile; may be NULL.
     */
    groma_tile_fn on_tile;
    /**
     * Handed to on_progress and on_tile.
     */
    void *user;
} groma_part_options;

/**
 * The figures of a part of a build. The JSON of groma_job_report_json has more.
 */
typedef struct {
    /**
     * sizeof the struct; set it before groma_job_part_report.
     */
    uint32_t struct_size;
    /**
     * 1 when tiles failed that may succeed when the part runs again, as on a full disk.
     */
    int32_t is_worth_repeating;
    /**
     * Units of the part: tiles of a city, shards of a data set.
     */
    uint64_t units;
    /**
     * Units that this run made.
     */
    uint64_t made;
    /**
     * Units that could not be made; their causes are in the JSON.
     */
    uint64_t failed;
    /**
     * Bytes that this run wrote.
     */
    uint64_t bytes;
    /**
     * The duration of the part, in seconds.
     */
    double seconds;
} groma_part_report;

/**
 * Fills `options`, a struct of `size` bytes (sizeof it), with the defaults.
 */
int32_t groma_part_options_init(groma_part_options *options, size_t size);

/**
 * Starts to plan the build of a city in parts: reads and cleans the inputs, as groma_build_city_mesh_tiled does, plans
 * the tiles, and leaves all that parts need in the store in `folder`. No tile is made. Parts, of which there may be
 * any number, then run with groma_build_city_mesh_part, at the same time, in any order, twice, in any process on any
 * machine that shares the folder; they read no inputs and take no locks. When all have ended well,
 * groma_finish_city_mesh ends the build. The store is then that of a build in one piece.
 *
 * The status is as that of groma_build_city_mesh_tiled. `job` gets the handle, to be freed with groma_job_close.
 */
int32_t groma_plan_city_mesh(const groma_city_input *input,
                             groma_str folder,
                             const groma_build_city_mesh_options *options,
                             groma_job **job,
                             groma_error *error);

/**
 * Starts part `part` of `parts` (1 to `parts`, the same number for all) of a build that groma_plan_city_mesh planned
 * in the store in `folder`. Tiles that are there are kept. `options` may be NULL for the defaults.
 *
 * The job ends with GROMA_NOT_FOUND where there is no plan, or one of another build, or where it cannot be seen yet,
 * as on a file system that machines share, GROMA_BAD_FORMAT for one that was damaged, GROMA_UNSUPPORTED for one of
 * another version, GROMA_MEMORY_LIMIT when memory_limit is too small for a tile of the part. A tile that cannot be
 * made does not fail the job: groma_part_report counts it.
 *
 * `job` gets the handle, to be freed with groma_job_close.
 */
int32_t groma_build_city_mesh_part(groma_str folder,
                                   uint32_t part,
                                   uint32_t parts,
                                   const groma_part_options *options,
                                   groma_job **job,
                                   groma_error *error);

/**
 * Starts the end of a build whose parts are done, in the store in `folder`: all tiles are checked, neighbours compared
 * and, where they disagree, made again. The end may come again. `options` may be NULL for the defaults.
 *
 * The job ends with GROMA_BUSY where tiles are missing or damaged: the parts that have not ended well must run again;
 * with GROMA_NOT_FOUND where there is no plan, or tiles are missing that could not be made for a reason that stays.
 * Its report is that of a build: groma_job_city_report. `job` gets the handle, to be freed with groma_job_close.
 */
int32_t groma_finish_city_mesh(groma_str folder,
                               const groma_part_options *options,
                               groma_job **job,
                               groma_error *error);

/**
 * Starts to plan a build of hash tables in parts: checks the data set in `folder`, finds the box of its positions, and
 * writes down which shards are to be built. The parts and the end take the same options, but for threads, memory_limit
 * and the callback. With resume what an earlier run has built is kept. `options` must not be NULL: it has the cell
 * size.
 *
 * `job` gets the handle, to be freed with groma_job_close.
 */
int32_t groma_plan_hash_tables(groma_str folder,
                               const groma_build_hash_tables_options *options,
                               groma_job **job,
                               groma_error *error);

/**
 * Starts part `part` of `parts` (1 to `parts`, the same number for all) of a build of hash tables that was planned
 * with the same options. Parts may run at the same time, in any order, twice, and on different machines; they take no
 * locks. resume and prune_stale have no meaning here.
 *
 * The job ends with GROMA_NOT_FOUND where there is no plan with these options, or it cannot be seen yet, as on a file
 * system that machines share; the message says what differs. After the end of the build a part checks its tables.
 * `job` gets the handle, to be freed with groma_job_close.
 */
int32_t groma_build_hash_tables_part(groma_str folder,
                                     uint32_t part,
                                     uint32_t parts,
                                     const groma_build_hash_tables_options *options,
                                     groma_job **job,
                                     groma_error *error);

/**
 * Starts the end of a build of hash tables in parts: all tables are checked and their index written. The end may come
 * again.
 *
 * The job ends with GROMA_BUSY where tables are missing or damaged: the parts that have not ended well must run again.
 * Its report is that of a build: groma_job_hash_tables_report. `job` gets the handle, to be freed with
 * groma_job_close.
 */
int32_t groma_finish_hash_tables(groma_str folder,
                                 const groma_build_hash_tables_options *options,
                                 groma_job **job,
                                 groma_error *error);

/**
 * Fills `report`, whose struct_size must be set, with the figures of a part of a build. GROMA_BUSY while it runs, the
 * job's own status if it failed, GROMA_INVALID_ARGUMENT for a job of another kind.
 */
int32_t groma_job_part_report(const groma_job *job,
                              groma_part_report *report,
                              groma_error *error);

/* STORES --------------------------------------------------------------------
 * A folder of tiles on disk, of a city or of any program's meshes, and the tiles in it.
 */

/**
 * The marker of a triangle whose part is unknown.
 */
#define GROMA_NO_MARKER (-2147483647 - 1)

/**
 * The data's axes: x east, y north, z up, right-handed, in metres. Triangles are counter-clockwise seen from outside.
 */
#define GROMA_FRAME_SOURCE 0

/**
 * Unreal's axes: x east, y south, z up, left-handed, in centimetres. Indices keep the order of the source, and
 * triangles face outwards in Unreal: mirroring y reverses the winding, and so does Unreal's front-face rule; the two
 * cancel.
 */
#define GROMA_FRAME_UNREAL 1

/**
 * The ground, next to buildings or not.
 */
#define GROMA_PART_GROUND 1

/**
 * Walls.
 */
#define GROMA_PART_WALL 2

/**
 * Roofs and platforms.
 */
#define GROMA_PART_ROOF 4

/**
 * All other triangles, by their markers; in tiles of other programs those with markers of 0 and more.
 */
#define GROMA_PART_OTHER 8

/**
 * All triangles.
 */
#define GROMA_PART_ALL 15

/**
 * A folder of tiles: a city's, made by groma_build_city_mesh_tiled, or one for the tiles of any program.
 *
 * Threads: every function on it may be called from any thread, also at the same time, and by several processes on the
 * same folder, except groma_mesh_store_close, which must be the last. Tiles are added and removed whole.
 */
typedef struct groma_mesh_store groma_mesh_store;

/**
 * One tile of a store, mapped and checked.
 *
 * Threads: every function on it may be called from any thread, also at the same time, except groma_mesh_tile_close,
 * which must be the last. The store may be closed before it. The file must not be cut meanwhile (the library never
 * does that: it replaces files).
 */
typedef struct groma_mesh_tile groma_mesh_tile;

/**
 * Names of tiles, sorted.
 *
 * Threads: every function on it may be called from any thread, also at the same time, except groma_tile_list_close,
 * which must be the last.
 */
typedef struct groma_tile_list groma_tile_list;

/**
 * The header of a tile.
 */
typedef struct {
    /**
     * sizeof the struct; set it before groma_mesh_store_tile_info.
     */
    uint32_t struct_size;
    /**
     * The number of buildings of the city, the N of the markers; 0 for tiles of other programs.
     */
    uint32_t building_count;
    /**
     * West, south, lowest, east, north, highest, in metres; zeros for a tile without vertices.
     */
    double bounds[6];
    /**
     * The number of vertices.
     */
    uint64_t vertices;
    /**
     * The number of vertices, the first ones, that lie in the tile's own area; the others belong to neighbours. In
     * tiles of other programs all are their own.
     */
    uint64_t own_vertices;
    /**
     * The number of triangles.
     */
    uint64_t triangles;
    /**
     * Triangles of the ground that touch no building. This and the following counts are zero for tiles of other
     * programs.
     */
    uint64_t ground;
    /**
     * Triangles of the ground that touch a building.
     */
    uint64_t ground_beside_buildings;
    /**
     * Triangles of walls.
     */
    uint64_t walls;
    /**
     * Triangles of roofs and platforms.
     */
    uint64_t roofs;
    /**
     * Vertices whose height was taken from the nearest data.
     */
    uint64_t filled_heights;
    /**
     * Pieces of walls with their roof below the ground.
     */
    uint64_t walls_upside_down;
    /**
     * Triangles of ground and roofs with an angle under 25 degrees, seen from above.
     */
    uint64_t under_25;
    /**
     * The number of refinement rounds.
     */
    uint32_t rounds;
    /**
     * 1 for a tile of a city, 0 for one of another program.
     */
    int32_t is_city;
    /**
     * The distance around the tile in which the plane was triangulated, in metres.
     */
    double halo;
    /**
     * The size of the file, in bytes.
     */
    uint64_t bytes;
} groma_tile_info;

/**
 * The totals over all tiles of a store.
 */
typedef struct {
    /**
     * sizeof the struct; set it before groma_mesh_store_total_stats.
     */
    uint32_t struct_size;
    /**
     * The number of buildings of the city, the N of the markers; 0 for a store of another program's tiles.
     */
    uint32_t building_count;
    /**
     * 1 for the store of a city, 0 for one of another program's tiles.
     */
    int32_t is_city;
    /**
     * Zero.
     */
    uint32_t reserved;
    /**
     * Tiles in the store.
     */
    uint64_t tiles;
    /**
     * Tiles among them that have no triangle.
     */
    uint64_t empty_tiles;
    /**
     * Tiles of the city that do not exist yet, or whose file is damaged or of another build.
     */
    uint64_t missing_tiles;
    /**
     * Missing tiles whose last attempt failed.
     */
    uint64_t failed_tiles;
    /**
     * Vertices. A vertex counts once for each tile that uses it.
     */
    uint64_t vertices;
    /**
     * Triangles.
     */
    uint64_t triangles;
    /**
     * The size of the tiles' files, in bytes.
     */
    uint64_t bytes;
    /**
     * West, south, lowest, east, north, highest of all vertices, in metres; zeros when there are none.
     */
    double bounds[6];
} groma_store_stats;

/**
 * A building of a city.
 */
typedef struct {
    /**
     * sizeof the struct; set it before groma_mesh_store_get_building.
     */
    uint32_t struct_size;
    /**
     * The building's level of detail in the mesh: GROMA_LOD0 or GROMA_LOD1.
     */
    int32_t lod;
    /**
     * The elevation of the roof in metres; of several roofs, the highest.
     */
    double roof;
    /**
     * The elevation of the lowest ground under the building in metres.
     */
    double platform;
    /**
     * The number of footprints that were merged into it.
     */
    uint64_t members;
    /**
     * The number of its parts with a roof of their own; 1 where it has one roof.
     */
    uint64_t parts;
} groma_building;

/**
 * The arrays of a tile, in the mapped file. They live until the tile is closed. Every number in faces is below
 * vertex_count.
 */
typedef struct {
    /**
     * sizeof the struct; set it before groma_mesh_tile_get_view.
     */
    uint32_t struct_size;
    /**
     * The number of buildings of the city, the N of the markers; 0 for tiles of other programs.
     */
    uint32_t building_count;
    /**
     * The number of vertices.
     */
    uint64_t vertex_count;
    /**
     * The number of vertices, the first ones, that lie in the tile's own area, including some that only neighbours'
     * triangles use; the others belong to neighbours. In tiles of other programs all are their own.
     */
    uint64_t own_vertex_count;
    /**
     * The number of triangles.
     */
    uint64_t face_count;
    /**
     * x, y, z of each vertex, in metres: 3 x vertex_count numbers.
     */
    const double *vertices;
    /**
     * Three vertex numbers of each triangle, counter-clockwise seen from outside: 3 x face_count numbers.
     */
    const uint32_t *faces;
    /**
     * A marker for each triangle: -2 ground, -1 ground next to a building, i (below N) a wall of building i, N + i its
     * roof.
     */
    const int32_t *markers;
} groma_mesh_tile_view;

/**
 * The parts of a tile to read, and the form to read them in. Fill it with groma_local_options_init.
 */
typedef struct {
    /**
     * sizeof the struct; set by the init function.
     */
    uint32_t struct_size;
    /**
     * GROMA_FRAME_SOURCE (default) or GROMA_FRAME_UNREAL.
     */
    int32_t frame;
    /**
     * A sum of GROMA_PART_GROUND, GROMA_PART_WALL, GROMA_PART_ROOF and GROMA_PART_OTHER. Default: GROMA_PART_ALL.
     */
    uint32_t parts;
    /**
     * 1: give vertices normals. A vertex is then repeated for each part and for each group of triangles around it
     * whose directions differ by more than 45 degrees: ground is smooth, buildings have edges. Default: 0.
     */
    int32_t normals;
} groma_local_options;

/**
 * The buffers that groma_mesh_tile_read_local writes to. Fill it with groma_local_buffers_init.
 */
typedef struct {
    /**
     * sizeof the struct; set by the init function.
     */
    uint32_t struct_size;
    /**
     * Zero.
     */
    uint32_t reserved;
    /**
     * The number of vertices that positions and normals have room for.
     */
    uint64_t vertex_capacity;
    /**
     * The number of triangles that indices and markers have room for.
     */
    uint64_t triangle_capacity;
    /**
     * x, y, z of each vertex, relative to the origin.
     */
    float *positions;
    /**
     * A unit vector for each vertex, pointing outwards; may be NULL. Written only when the options ask for normals.
     */
    float *normals;
    /**
     * Three vertex numbers of each triangle.
     */
    uint32_t *indices;
    /**
     * The tile's marker of each triangle; may be NULL.
     */
    int32_t *markers;
} groma_local_buffers;

/**
 * The size of a tile, or of parts of it.
 */
typedef struct {
    /**
     * sizeof the struct; set it before groma_mesh_tile_local_size.
     */
    uint32_t struct_size;
    /**
     * Zero.
     */
    uint32_t reserved;
    /**
     * The number of vertices.
     */
    uint64_t vertex_count;
    /**
     * The number of triangles.
     */
    uint64_t triangle_count;
    /**
     * The origin of the positions: x, y, z in metres in the data's axes, whole numbers, the same for all parts of a
     * tile. In the whole city, a position p of GROMA_FRAME_UNREAL is at (100 x + p.x, -100 y + p.y, 100 z + p.z).
     */
    double origin[3];
} groma_local_size;

/**
 * Creates a store for the caller's tiles in `folder`, which may exist; GROMA_INVALID_ARGUMENT when it already holds a
 * store. (groma_build_city_mesh_tiled creates the store of a city by itself.) `metadata` is JSON of the caller's, kept
 * in the store, or empty. `store` gets the handle, to be freed with groma_mesh_store_close.
 */
int32_t groma_mesh_store_create(groma_str folder,
                                groma_str metadata,
                                groma_mesh_store **store,
                                groma_error *error);

/**
 * Opens the store in `folder`. GROMA_NOT_FOUND when there is none, GROMA_UNSUPPORTED when a later version made it.
 * `store` gets the handle, to be freed with groma_mesh_store_close.
 */
int32_t groma_mesh_store_open(groma_str folder,
                              groma_mesh_store **store,
                              groma_error *error);

/**
 * Writes the store's metadata as JSON, NUL-terminated, into `buffer`: version, city (parameters, domain, tiles, number
 * of buildings) or null, and the metadata given to groma_mesh_store_create. `size` and `capacity` as for
 * groma_job_report_json.
 */
int32_t groma_mesh_store_get_metadata(const groma_mesh_store *store,
                                      char *buffer,
                                      size_t capacity,
                                      size_t *size,
                                      groma_error *error);

/**
 * Adds a tile, or replaces the one of that name: whole or not at all. The name is 1 to 200 letters, digits, `_`, `-`
 * and `.`.
 *
 * `vertices` has x, y, z of each vertex in metres, `faces` three vertex numbers of each triangle, counter-clockwise
 * seen from outside, `markers` one number for each triangle, or NULL, which stands for GROMA_NO_MARKER. All arrays are
 * checked first. GROMA_UNSUPPORTED for the store of a city.
 */
int32_t groma_mesh_store_add_tile(const groma_mesh_store *store,
                                  groma_str name,
                                  const double *vertices,
                                  uint64_t vertex_count,
                                  const uint32_t *faces,
                                  uint64_t face_count,
                                  const int32_t *markers,
                                  groma_error *error);

/**
 * Removes a tile; a missing one is no error. Open views of it stay valid until they are closed (Windows refuses to
 * remove mapped files).
 */
int32_t groma_mesh_store_remove_tile(const groma_mesh_store *store,
                                     groma_str name,
                                     groma_error *error);

/**
 * Lists the tiles in the store. `list` gets the handle, to be freed with groma_tile_list_close. The list does not
 * follow later changes of the store.
 *
 * ```c
 * groma_tile_list *list = NULL;
 * const groma_str *names = NULL;
 * size_t count = 0, i;
 * if (groma_mesh_store_list_tiles(store, &list, NULL) == GROMA_OK) {
 *     groma_tile_list_get_names(list, &names, &count, NULL);
 *     for (i = 0; i < count; i++) {
 *         printf("%s\n", names[i].data);
 *     }
 *     groma_tile_list_close(list);
 * }
 * ```
 */
int32_t groma_mesh_store_list_tiles(const groma_mesh_store *store,
                                    groma_tile_list **list,
                                    groma_error *error);

/**
 * Returns the names of a list, sorted. A NUL follows each of them, which its size does not count. They live until the
 * list is closed.
 */
int32_t groma_tile_list_get_names(const groma_tile_list *list,
                                  const groma_str **names,
                                  size_t *count,
                                  groma_error *error);

/**
 * Frees the list. NULL is allowed.
 */
void groma_tile_list_close(groma_tile_list *list);

/**
 * Fills `info`, whose struct_size must be set, with the header of a tile. GROMA_NOT_FOUND when there is no such tile,
 * GROMA_BAD_FORMAT when its file is damaged, of another tile, or of another build.
 */
int32_t groma_mesh_store_tile_info(const groma_mesh_store *store,
                                   groma_str name,
                                   groma_tile_info *info,
                                   groma_error *error);

/**
 * Fills `stats`, whose struct_size must be set, with the totals over all tiles. It reads the header of each.
 */
int32_t groma_mesh_store_total_stats(const groma_mesh_store *store,
                                     groma_store_stats *stats,
                                     groma_error *error);

/**
 * Removes all tiles, one after the other; the store stays. GROMA_BUSY while a city is built in it.
 */
int32_t groma_mesh_store_clear(const groma_mesh_store *store, groma_error *error);

/**
 * Removes all tiles and the store's own files, and the folder when nothing else is in it. GROMA_BUSY while a city is
 * built in it. The handle must still be closed with groma_mesh_store_close.
 */
int32_t groma_mesh_store_delete(const groma_mesh_store *store,
                                groma_error *error);

/**
 * Closes the store. Open tiles stay open. NULL is allowed.
 */
void groma_mesh_store_close(groma_mesh_store *store);

/**
 * Fills `building`, whose struct_size must be set, with what the store of a city records of its building `number`,
 * which is below the N of the markers. The names of its footprints, one in each line, are written NUL-terminated into
 * `names`; `size` and `capacity` as for groma_job_report_json.
 *
 * The call reads the file of the buildings up to this one. GROMA_UNSUPPORTED for the store of another program's tiles,
 * GROMA_INVALID_ARGUMENT for a number that no building has, GROMA_BAD_FORMAT where the file has another building in
 * its place.
 */
int32_t groma_mesh_store_get_building(const groma_mesh_store *store,
                                      uint32_t number,
                                      groma_building *building,
                                      char *names,
                                      size_t capacity,
                                      size_t *size,
                                      groma_error *error);

/**
 * Writes the name of the reference system that the city's coordinates are in, like "EPSG:25832", NUL-terminated into
 * `buffer`: as the inputs name it, or the empty text where they name none. `size` and `capacity` as for
 * groma_job_report_json.
 */
int32_t groma_mesh_store_get_crs(const groma_mesh_store *store,
                                 char *buffer,
                                 size_t capacity,
                                 size_t *size,
                                 groma_error *error);

/**
 * Maps a tile and checks all of it: its checksum, its name, that it is of the store's last build, and that the
 * vertices of its triangles exist. GROMA_NOT_FOUND when there is no such tile, GROMA_BAD_FORMAT when it is damaged or
 * another one. `tile` gets the handle, to be freed with groma_mesh_tile_close.
 */
int32_t groma_mesh_store_get_tile(const groma_mesh_store *store,
                                  groma_str name,
                                  groma_mesh_tile **tile,
                                  groma_error *error);

/**
 * Fills `view`, whose struct_size must be set, with pointers to the tile's arrays: nothing is copied.
 */
int32_t groma_mesh_tile_get_view(const groma_mesh_tile *tile, groma_mesh_tile_view *view, groma_error *error);

/**
 * Fills `options`, a struct of `size` bytes (sizeof it), with the defaults.
 */
int32_t groma_local_options_init(groma_local_options *options, size_t size);

/**
 * Fills `buffers`, a struct of `size` bytes (sizeof it), with the defaults.
 */
int32_t groma_local_buffers_init(groma_local_buffers *buffers, size_t size);

/**
 * Fills `size`, whose struct_size must be set, with the numbers of vertices and triangles that
 * groma_mesh_tile_read_local will write with these options, and with the origin. The tile keeps the result until that
 * call, which then only copies. `options` may be NULL for the defaults.
 */
int32_t groma_mesh_tile_local_size(const groma_mesh_tile *tile,
                                   const groma_local_options *options,
                                   groma_local_size *size,
                                   groma_error *error);

/**
 * Reads a tile, or parts of it, in single precision relative to the origin. It writes only the vertices that these
 * parts use, in the order of their use, and the triangles in the order of the tile. `options` may be NULL for the
 * defaults; groma_mesh_tile_local_size tells the size. GROMA_INVALID_ARGUMENT when something does not fit: then
 * nothing is written.
 *
 * ```c
 * groma_local_options options;
 * groma_local_buffers buffers;
 * groma_local_size size;
 * groma_local_options_init(&options, sizeof options);
 * groma_local_buffers_init(&buffers, sizeof buffers);
 * options.frame = GROMA_FRAME_UNREAL;
 * options.parts = GROMA_PART_WALL + GROMA_PART_ROOF;
 * size.struct_size = sizeof size;
 * if (groma_mesh_tile_local_size(tile, &options, &size, NULL) == GROMA_OK) {
 *     buffers.vertex_capacity = size.vertex_count;
 *     buffers.triangle_capacity = size.triangle_count;
 *     buffers.positions = (float *)malloc(3 * size.vertex_count * sizeof(float));
 *     buffers.indices = (uint32_t *)malloc(3 * size.triangle_count * sizeof(uint32_t));
 *     groma_mesh_tile_read_local(tile, &options, &buffers, NULL);
 *     free(buffers.positions);
 *     free(buffers.indices);
 * }
 * ```
 */
int32_t groma_mesh_tile_read_local(const groma_mesh_tile *tile,
                                   const groma_local_options *options,
                                   const groma_local_buffers *buffers,
                                   groma_error *error);

/**
 * Starts to open and check a tile as groma_mesh_store_get_tile does, and to read it with `options` (NULL for the
 * defaults) once for each of the `part_count` sums of GROMA_PART_ in `parts`, which replace the options' own parts.
 * `job` gets the handle, to be freed with groma_job_close. groma_job_take_tile returns the tile;
 * groma_mesh_tile_local_size and groma_mesh_tile_read_local with the same options and parts then only copy. The store
 * may be closed meanwhile.
 */
int32_t groma_mesh_store_get_tile_async(const groma_mesh_store *store,
                                        groma_str name,
                                        const groma_local_options *options,
                                        const uint32_t *parts,
                                        size_t part_count,
                                        groma_job **job,
                                        groma_error *error);

/**
 * `tile` gets the tile that a job has opened, to be freed with groma_mesh_tile_close. It can be taken once: a second
 * call returns GROMA_NOT_FOUND. GROMA_BUSY while the job runs, its own status if it failed, GROMA_INVALID_ARGUMENT for
 * a job of another kind.
 */
int32_t groma_job_take_tile(const groma_job *job,
                            groma_mesh_tile **tile,
                            groma_error *error);

/**
 * Closes the tile; pointers into it are invalid afterwards. NULL is allowed.
 */
void groma_mesh_tile_close(groma_mesh_tile *tile);

/* MESHES --------------------------------------------------------------------
 * What is made of a whole store: one merged mesh file, a check, a file for each tile, levels of detail.
 */

/**
 * A merged file has the markers of its triangles in the form of its format; STL has none.
 */
#define GROMA_MARKERS_FACES 0

/**
 * A merged file has positions and triangles alone. Some programs, meshio among them, cannot read a PLY with more.
 */
#define GROMA_MARKERS_NONE 1

/**
 * The groups of an OBJ file are ground, walls and roofs, if the store is a city's.
 */
#define GROMA_GROUPS_PARTS 0

/**
 * An OBJ file has a group marker_m for each marker m, so that walls and roof of every building are apart.
 */
#define GROMA_GROUPS_MARKERS 1

/**
 * GLB, the binary form of glTF 2.0: a folder with a file for each tile, and a list of them in tiles.json.
 */
#define GROMA_EXPORT_GLB 0

/**
 * HDF5: one file with /tiles/tile_NAME/{vertices,faces,markers}. GROMA_UNSUPPORTED where the library was built without
 * it.
 */
#define GROMA_EXPORT_HDF5 1

/**
 * As many levels as there are up to squares of 8 km.
 */
#define GROMA_LEVELS_AUTO (-1)

/**
 * Options of a merge. Fill it with groma_merge_options_init.
 */
typedef struct {
    /**
     * sizeof the struct; set by the init function.
     */
    uint32_t struct_size;
    /**
     * 1: merge a store even if tiles are missing; the mesh then has holes. 0 (default): return GROMA_NOT_FOUND for it.
     */
    int32_t allow_incomplete;
    /**
     * 1: sync the file to the disk before it gets its name. Default: 0.
     */
    int32_t fsync;
    /**
     * Without effect: a merge has one thread. Default: 0.
     */
    uint32_t threads;
    /**
     * 0 to 1000 m: vertices of tiles of other programs that are nearer to each other than this become one. The tiles
     * of a city fit bit for bit and need none. Default: 0.01.
     */
    double snap_distance;
    /**
     * The memory limit in bytes (see MEMORY above); default 0, which stands for 256 MiB.
     */
    uint64_t memory_limit;
    /**
     * Called while the job runs; may be NULL.
     */
    groma_progress_fn on_progress;
    /**
     * Handed to on_progress.
     */
    void *user;
    /**
     * GROMA_MARKERS_FACES (default) or GROMA_MARKERS_NONE.
     */
    int32_t markers;
    /**
     * GROMA_GROUPS_PARTS (default) or GROMA_GROUPS_MARKERS.
     */
    int32_t groups;
} groma_merge_options;

/**
 * Options of a check. Fill it with groma_check_options_init.
 */
typedef struct {
    /**
     * sizeof the struct; set by the init function.
     */
    uint32_t struct_size;
    /**
     * Without effect: a check has one thread. Default: 0.
     */
    uint32_t threads;
    /**
     * The memory limit in bytes (see MEMORY above); default 0, which stands for 256 MiB. With a
     * smaller limit the check reads the tiles more often.
     */
    uint64_t memory_limit;
    /**
     * Called while the job runs; may be NULL.
     */
    groma_progress_fn on_progress;
    /**
     * Handed to on_progress.
     */
    void *user;
} groma_check_options;

/**
 * The figures of a merge.
 */
typedef struct {
    /**
     * sizeof the struct; set it before groma_job_merge_report.
     */
    uint32_t struct_size;
    /**
     * Zero.
     */
    uint32_t reserved;
    /**
     * Tiles merged.
     */
    uint64_t tiles;
    /**
     * Tiles that were missing.
     */
    uint64_t missing_tiles;
    /**
     * Vertices of the merged mesh.
     */
    uint64_t vertices;
    /**
     * Triangles of the merged mesh.
     */
    uint64_t triangles;
    /**
     * Vertices that were merged into another one; this and the following counts are 0 for a city.
     */
    uint64_t welded;
    /**
     * Triangles left out because another one has the same vertices.
     */
    uint64_t duplicates_removed;
    /**
     * Triangles left out because two of their vertices were merged.
     */
    uint64_t collapsed_removed;
    /**
     * The origin that was subtracted from every position, in metres: 0 except in STL, which is single-precision.
     */
    double origin[3];
    /**
     * The largest change of a coordinate by rounding, in metres: 0 except in STL.
     */
    double rounding;
} groma_merge_report;

/**
 * The findings of a check. The JSON of groma_job_report_json has more: the places of faults, areas and angles by part.
 */
typedef struct {
    /**
     * sizeof the struct; set it before groma_job_check_report.
     */
    uint32_t struct_size;
    /**
     * 1: the mesh is sound. It has triangles; each of them is proper and occurs once; every inner edge has two faces,
     * or more where buildings touch at a corner; no vertex lies inside another face's edge; and neighbours wind the
     * same way.
     */
    int32_t sound;
    /**
     * 1: ground and roofs, seen from above, have the domain's area.
     */
    int32_t covers_domain;
    /**
     * 1: all open edges were searched for T-junctions. 0: there are more of them than the memory limit allows to hold.
     */
    int32_t t_junctions_complete;
    /**
     * Triangles.
     */
    uint64_t triangles;
    /**
     * Different vertices.
     */
    uint64_t vertices;
    /**
     * Different edges.
     */
    uint64_t edges;
    /**
     * Triangles with a coordinate that is not finite.
     */
    uint64_t non_finite_faces;
    /**
     * Triangles whose corners lie on one line.
     */
    uint64_t degenerate_faces;
    /**
     * Triangles beyond the first with the same three vertices.
     */
    uint64_t duplicate_faces;
    /**
     * Edges with one face, on the domain's border, which is not a fault.
     */
    uint64_t open_border_edges;
    /**
     * Inner edges with one face.
     */
    uint64_t open_inner_edges;
    /**
     * Edges with more than two faces, except corner contacts.
     */
    uint64_t crowded_edges;
    /**
     * Edges with more than two faces where buildings touch at a corner, which is not a fault.
     */
    uint64_t corner_contacts;
    /**
     * Edges whose two faces run along them in the same direction.
     */
    uint64_t direction_faults;
    /**
     * Vertices in the interior of inner open edges.
     */
    uint64_t t_junctions;
    /**
     * The smallest angle of ground and roofs seen from above, in degrees; 0 when there are none.
     */
    double smallest_angle;
    /**
     * The longest edge in space, walls included, in metres; groma_city_report has the longest seen from above.
     */
    double longest_edge;
    /**
     * The domain's area, in square metres.
     */
    double domain_area;
    /**
     * The area of ground and roofs seen from above, in square metres.
     */
    double plan_area;
    /**
     * 1: the mesh is plausible. Ground lies between -500 and 9000 m, without steps of more than 200 m. No building is
     * higher than 900 m or has its roof below all the ground around it. At most a tenth of the walls have the ground
     * above their roof. Roofs have half to twice the footprints' area. The JSON has the findings, and the points that
     * could not be checked.
     */
    int32_t plausible;
    /**
     * Zero.
     */
    int32_t reserved;
    /**
     * Buildings higher than 900 m.
     */
    uint64_t too_high;
    /**
     * Buildings with their roof below all the ground around them.
     */
    uint64_t below_ground;
    /**
     * Buildings with their roof below the ground in places, the above included.
     */
    uint64_t under_ground_in_places;
    /**
     * Triangles of the ground that climb more than 200 m, at 10 m per metre or more.
     */
    uint64_t ground_steps;
    /**
     * Triangles of walls that reach above their own roof, because the ground does; groma_city_report counts pieces.
     */
    uint64_t walls_upside_down;
    /**
     * The lowest elevation of the ground, in metres; 0 where there is none.
     */
    double lowest_ground;
    /**
     * The highest elevation of the ground, in metres; 0 where there is none.
     */
    double highest_ground;
    /**
     * The height of the lowest roof above the lowest edge of its walls, in metres; 0 where there is none.
     */
    double lowest_roof_height;
    /**
     * The height of the highest roof above the lowest edge of its walls, in metres; 0 where there is none.
     */
    double highest_roof_height;
    /**
     * The roofs' plan area as a share of the footprints' area; 0 where that is not known.
     */
    double area_kept;
} groma_check_report;

/**
 * Options of an export. Fill it with groma_export_options_init.
 */
typedef struct {
    /**
     * sizeof the struct; set by the init function.
     */
    uint32_t struct_size;
    /**
     * GROMA_EXPORT_GLB (default) or GROMA_EXPORT_HDF5.
     */
    int32_t format;
    /**
     * The memory limit in bytes (see MEMORY above); default 0, which stands for 256 MiB.
     */
    uint64_t memory_limit;
    /**
     * Called while the job runs; may be NULL.
     */
    groma_progress_fn on_progress;
    /**
     * Handed to on_progress.
     */
    void *user;
} groma_export_options;

/**
 * Options of the levels of detail of a city. Fill it with groma_levels_options_init.
 */
typedef struct {
    /**
     * sizeof the struct; set by the init function.
     */
    uint32_t struct_size;
    /**
     * The number of coarser levels above the squares of 500 m: GROMA_LEVELS_AUTO (default), or 0 to 4.
     */
    int32_t levels;
    /**
     * Tiles made at once, each on a thread. 0 (default): all processors.
     */
    uint32_t threads;
    /**
     * Zero.
     */
    uint32_t reserved;
    /**
     * The memory limit in bytes (see MEMORY above); default 0, which stands for 256 MiB.
     */
    uint64_t memory_limit;
    /**
     * Called while the job runs; may be NULL.
     */
    groma_progress_fn on_progress;
    /**
     * Handed to on_progress.
     */
    void *user;
} groma_levels_options;

/**
 * The place of a tile among the levels of detail.
 */
typedef struct {
    /**
     * sizeof the struct; set it before groma_mesh_store_tile_level.
     */
    uint32_t struct_size;
    /**
     * The level: 0 for the finest, and for all tiles of a store without levels.
     */
    uint32_t level;
    /**
     * How far the surface is from that of the city at most, in metres; 0 on level 0. A tile may take the place of its
     * children where this is less than may be seen.
     */
    double geometric_error;
    /**
     * The number of children: 0 on level 0, else 1 to 4.
     */
    uint32_t child_count;
    /**
     * Zero.
     */
    uint32_t reserved;
    /**
     * The name of the tile that takes the place of this one and its neighbours on the next coarser level,
     * NUL-terminated; empty where there is none.
     */
    char parent[32];
    /**
     * The names of the tiles whose place this one takes, NUL-terminated; empty after the last.
     */
    char children[4][32];
} groma_tile_level;

/**
 * The figures of a city's levels of detail. The JSON of groma_job_report_json has those of each level.
 */
typedef struct {
    /**
     * sizeof the struct; set it before groma_job_levels_report.
     */
    uint32_t struct_size;
    /**
     * The number of levels, level 0 included.
     */
    uint32_t levels;
    /**
     * Tiles on all levels.
     */
    uint64_t tiles;
    /**
     * Tiles that were not there before, or were of other inputs.
     */
    uint64_t made;
    /**
     * Triangles on all levels.
     */
    uint64_t triangles;
    /**
     * The size of the tiles' files, in bytes.
     */
    uint64_t bytes;
} groma_levels_report;

/**
 * Fills `options`, a struct of `size` bytes (sizeof it), with the defaults.
 */
int32_t groma_merge_options_init(groma_merge_options *options, size_t size);

/**
 * Fills `options`, a struct of `size` bytes (sizeof it), with the defaults.
 */
int32_t groma_check_options_init(groma_check_options *options, size_t size);

/**
 * Starts to merge the tiles of the store in `folder` into one file. The extension of `path` chooses PLY, VTU, OBJ or
 * STL; any other ends the job with GROMA_INVALID_ARGUMENT. An OBJ file has its materials beside it, in a file of the
 * same name that ends in .mtl. STL is single-precision: an origin is subtracted, which the report and the file's first
 * bytes state. The file appears whole or not at all. The mesh is never in memory as a whole. For a city it is the
 * same, byte for byte, for every tiling; tiles of other programs get common vertices, and of equal triangles one
 * stays. The job ends with GROMA_NOT_FOUND when there is no store, or when tiles are missing and allow_incomplete is
 * 0. `options` may be NULL for the defaults. `job` gets the handle, to be freed with groma_job_close.
 */
int32_t groma_mesh_store_merge(groma_str folder,
                               groma_str path,
                               const groma_merge_options *options,
                               groma_job **job,
                               groma_error *error);

/**
 * Starts to check the mesh that the tiles of the store in `folder` make together, in bounded memory. A mesh that is
 * not sound or not plausible does not fail the job: groma_job_check_report tells. `options` may be NULL for the
 * defaults. `job` gets the handle, to be freed with groma_job_close.
 */
int32_t groma_mesh_store_check(groma_str folder,
                               const groma_check_options *options,
                               groma_job **job,
                               groma_error *error);

/**
 * Fills `report`, whose struct_size must be set, with the figures of a merge. GROMA_BUSY while the merge runs, the
 * job's own status if it failed, GROMA_INVALID_ARGUMENT for a job of another kind.
 */
int32_t groma_job_merge_report(const groma_job *job,
                               groma_merge_report *report,
                               groma_error *error);

/**
 * Fills `report`, whose struct_size must be set, with the findings of a check. GROMA_BUSY while the check runs, the
 * job's own status if it failed, GROMA_INVALID_ARGUMENT for a job of another kind.
 */
int32_t groma_job_check_report(const groma_job *job,
                               groma_check_report *report,
                               groma_error *error);

/**
 * Fills `options`, a struct of `size` bytes (sizeof it), with the defaults.
 */
int32_t groma_export_options_init(groma_export_options *options, size_t size);

/**
 * Starts to write the tiles of the store in `folder` to `path`: a folder for GROMA_EXPORT_GLB, which is created if
 * needed, a file for GROMA_EXPORT_HDF5. Each file under its final name is whole. When tiles are missing from the
 * store, the others are written, tiles.json names the missing ones, the files that an earlier export wrote for them
 * are removed, and the job ends with GROMA_NOT_FOUND. It ends with GROMA_INVALID_ARGUMENT when the folder has GLB
 * files that are not of this store's tiles, or are by another program. `options` may be NULL for the defaults. `job`
 * gets the handle, to be freed with groma_job_close.
 */
int32_t groma_mesh_store_export(groma_str folder,
                                groma_str path,
                                const groma_export_options *options,
                                groma_job **job,
                                groma_error *error);

/**
 * `tiles` gets the number of tiles that an export has written. GROMA_BUSY while the export runs, the job's own status
 * if it failed, GROMA_INVALID_ARGUMENT for a job of another kind.
 */
int32_t groma_job_exported_tiles(const groma_job *job,
                                 uint64_t *tiles,
                                 groma_error *error);

/**
 * Fills `options`, a struct of `size` bytes (sizeof it), with the defaults.
 */
int32_t groma_levels_options_init(groma_levels_options *options, size_t size);

/**
 * Starts to make the levels of detail of the city in `folder`: a store of their own, in the folder `levels` of that
 * one, which groma_mesh_store_open_levels opens. Level 0 is the city in squares of 500 m; on each further level a tile
 * takes the place of four with fewer triangles. Tiles of any levels fit each other without a crack. A second run makes
 * only what is missing or has changed. The job ends with GROMA_UNSUPPORTED for a store of another program's tiles,
 * GROMA_NOT_FOUND when tiles are missing, GROMA_BUSY while another job makes the levels. `options` may be NULL for the
 * defaults. `job` gets the handle, to be freed with groma_job_close.
 */
int32_t groma_mesh_store_build_levels(groma_str folder,
                                      const groma_levels_options *options,
                                      groma_job **job,
                                      groma_error *error);

/**
 * Opens the levels of detail of a city's store. Their tiles are listed and read as those of every store are. `levels`
 * gets the handle, to be freed with groma_mesh_store_close; `store` may be closed before it. GROMA_NOT_FOUND where
 * there are no levels, or those of an earlier build of the city alone.
 */
int32_t groma_mesh_store_open_levels(const groma_mesh_store *store,
                                     groma_mesh_store **levels,
                                     groma_error *error);

/**
 * Fills `level`, whose struct_size must be set, with the place of a tile among the levels of `store`, as
 * groma_mesh_store_open_levels opens it; in every other store all tiles are on level 0. No file is read, so that it
 * can be asked for all tiles at once. GROMA_NOT_FOUND when there is no such tile.
 */
int32_t groma_mesh_store_tile_level(const groma_mesh_store *store,
                                    groma_str name,
                                    groma_tile_level *level,
                                    groma_error *error);

/**
 * Fills `report`, whose struct_size must be set, with the figures of a job of groma_mesh_store_build_levels.
 * GROMA_BUSY while it runs, the job's own status if it failed, GROMA_INVALID_ARGUMENT for a job of another kind.
 */
int32_t groma_job_levels_report(const groma_job *job,
                                groma_levels_report *report,
                                groma_error *error);

/* ARRAYS --------------------------------------------------------------------
 * Files that are mapped as arrays of numbers, in the format of groma's own temporary files.
 */

/**
 * Elements are float.
 */
#define GROMA_ELEMENT_F32 1

/**
 * Elements are double.
 */
#define GROMA_ELEMENT_F64 2

/**
 * Elements are int32_t.
 */
#define GROMA_ELEMENT_I32 3

/**
 * Elements are uint32_t.
 */
#define GROMA_ELEMENT_U32 4

/**
 * Elements are int64_t.
 */
#define GROMA_ELEMENT_I64 5

/**
 * Elements are uint64_t.
 */
#define GROMA_ELEMENT_U64 6

/**
 * Elements are uint8_t.
 */
#define GROMA_ELEMENT_U8 7

/**
 * An array of 1 to 4 dimensions in a file, mapped into memory. It may be larger than the memory.
 *
 * Threads: every function on it may be called from any thread, also at the same time, except groma_mapped_array_close,
 * which must be the last. The caller must order writes of elements against other accesses to them. The file must not
 * be cut while it is open.
 */
typedef struct groma_mapped_array groma_mapped_array;

/**
 * The shape of an array, and the place of its elements in memory.
 */
typedef struct {
    /**
     * sizeof the struct; set it before groma_mapped_array_data.
     */
    uint32_t struct_size;
    /**
     * GROMA_ELEMENT_F32 to GROMA_ELEMENT_U8.
     */
    int32_t element_type;
    /**
     * 1: the elements can be written.
     */
    int32_t writable;
    /**
     * The number of dimensions, 1 to 4.
     */
    uint32_t dimensions;
    /**
     * The length in each dimension, 1 in the unused ones; the last index is the fastest.
     */
    uint64_t shape[4];
    /**
     * The number of elements.
     */
    uint64_t count;
    /**
     * The first element, aligned to 64 bytes. The pointer is valid until the array is closed. Writing through it to an
     * array that was opened for reading ends the process.
     */
    void *data;
} groma_mapped_array_view;

/**
 * Creates a writable array of zeros in the file `path`, replacing an array that was there. `element_type` is
 * GROMA_ELEMENT_F32 to GROMA_ELEMENT_U8; `shape` has the lengths in `dimensions` (1 to 4) dimensions. All its disk
 * space is allocated at once, so that later writes cannot find the disk full. `mapped` gets the handle, to be freed
 * with groma_mapped_array_close.
 */
int32_t groma_mapped_array_create(groma_str path,
                                  int32_t element_type,
                                  const uint64_t *shape,
                                  size_t dimensions,
                                  groma_mapped_array **mapped,
                                  groma_error *error);

/**
 * Opens the array in the file `path`: for reading and writing with `writable` 1, for reading with 0. GROMA_NOT_FOUND
 * when there is no such file, GROMA_BAD_FORMAT when the file was not made by groma_mapped_array_create. `mapped` gets
 * the handle, to be freed with groma_mapped_array_close.
 */
int32_t groma_mapped_array_open(groma_str path,
                                int32_t writable,
                                groma_mapped_array **mapped,
                                groma_error *error);

/**
 * Fills `view`, whose struct_size must be set, with the array's shape and the place of its elements.
 */
int32_t groma_mapped_array_data(const groma_mapped_array *mapped,
                                groma_mapped_array_view *view,
                                groma_error *error);

/**
 * Writes all changes to the disk and waits for it. Without this call the system writes them in its own time, also
 * after the array was closed or the process ended.
 */
int32_t groma_mapped_array_flush(const groma_mapped_array *mapped,
                                 groma_error *error);

/**
 * Closes the array. NULL is allowed.
 */
void groma_mapped_array_close(groma_mapped_array *mapped);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* GROMA_H */

#ifndef GROMA_STR_OF
#define GROMA_STR_OF

/** The text of a NUL-terminated string. */
static inline groma_str groma_str_of(const char *text) {
    groma_str str;
    str.data = text;
    str.size = 0;
    while (text != NULL && text[str.size] != '\0') {
        str.size++;
    }
    return str;
}

#endif  /* GROMA_STR_OF */
