/**
 * groma: turns spatial data too big for memory, piece by piece, into files a real-time engine can use.
 *
 * CONVENTIONS
 *
 * - Every call gives an int32_t status: GROMA_OK (0) or one of the numbers below, which never change.
 * - The last argument of a call that can fail is a groma_error of the caller's, or NULL. It is written only when the
 *   call fails.
 * - Outputs are written only when the call succeeds, but for the size that a call asks for.
 * - Text is UTF-8 with a size (groma_str); paths are UTF-8 on every system and must not hold NUL.
 * - Structs that can grow begin with struct_size. Options are filled by their init function, with sizeof the struct as
 *   this header has it; then fields are set. In structs that are filled by the library, set struct_size before.
 *   A library older than the header gives GROMA_UNSUPPORTED when a field is set that it does not know.
 * - Enumerations are passed as plain int32_t and checked.
 *
 * OWNERSHIP
 *
 * Handles (groma_job, groma_shard_writer, groma_dataset, groma_query_result, groma_hash_table) are made by the library
 * and freed by their close function, once; NULL is allowed there. Everything else is the caller's. Arguments must live until the call returns; a callback and its user
 * data until the job is closed.
 *
 * THREADS
 *
 * Each handle's comment says which calls may come from which threads. Calls without a handle may come from any thread.
 * Each job has threads of its own, which groma_job_close joins.
 *
 * CAVEATS
 *
 * - Do not unload the library while a handle is open.
 * - Tables and shards are mapped while a data set or a table is open. Replacing such a file is fine; making it shorter in
 *   place can end the process on the next access, though each query looks at the sizes of the shards first.
 * - No C++ exception and no longjmp may leave a callback.
 * - After fork, the child must not use handles of the parent.
 * - The library installs no signal handlers and never ends the process. A panic inside it becomes GROMA_INTERNAL.
 *
 * EXAMPLE
 *
 *     groma_build_hash_tables_options options;
 *     groma_build_hash_tables_options_init(&options, sizeof options);
 *     options.cell_size = 10.0f;
 *
 *     groma_error error;
 *     groma_job *job = NULL;
 *     int32_t status = groma_build_hash_tables_from_shards(groma_str_of("data-set"), &options, &job, &error);
 *     while (status == GROMA_OK && (status = groma_job_wait(job, 100, &error)) == GROMA_TIMEOUT) {
 *         groma_progress progress;
 *         progress.struct_size = sizeof progress;
 *         if (groma_job_poll(job, &progress, &error) == GROMA_OK) {
 *             printf("%s: %3.0f %%\n", progress.phase, 100.0 * progress.fraction);
 *         }
 *         status = GROMA_OK;
 *     }
 *     if (status != GROMA_OK) {
 *         fprintf(stderr, "%s\n", error.message);
 *     }
 *     groma_job_close(job);
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
 * The operating system refused to read or write; os_code holds its number.
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
 * The memory limit that the caller set does not suffice; the message says which would.
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
 * Bytes of groma_error.message, the final NUL included.
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
 * A shard that cannot be used fails the build before a table is written.
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
 * A trajectory data set opened for queries: its shards, and the tables of any cell size.
 *
 * Threads: every function on it may be called from any thread, also at the same time, but for groma_dataset_close, which
 * must be the last. The files are mapped when they are first needed; they must not be made shorter while it is open
 * (replacing them is fine).
 */
typedef struct groma_dataset groma_dataset;

/**
 * One hash table file, mapped and checked.
 *
 * Threads: every function on it may be called from any thread, also at the same time, but for groma_hash_table_close,
 * which must be the last.
 */
typedef struct groma_hash_table groma_hash_table;

/**
 * A long piece of work on threads of its own.
 *
 * Threads: every function on it may be called from any thread, also at the same time, but for groma_job_close, which
 * must be the last.
 */
typedef struct groma_job groma_job;

/**
 * Where answers go; used again for one query after another, it allocates only when an answer is larger than any before.
 *
 * Threads: one query at a time; use one per thread.
 */
typedef struct groma_query_result groma_query_result;

/**
 * Writes a trajectory data set: shard after shard, then the metadata.
 *
 * Threads: one call at a time; calls from several threads wait for each other.
 */
typedef struct groma_shard_writer groma_shard_writer;

/**
 * UTF-8 text: not NUL-terminated, not owned. groma_str_of makes one of a C string.
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
 * Gets each message: its level (GROMA_LOG_ERROR to GROMA_LOG_TRACE), the module it comes from, and its text, none of
 * them NUL-terminated or living longer than the call. Called from any thread, also from several at once. It must not
 * call back into the library, nor wait for a lock that is held around groma_log_to or groma_job_close.
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
     * The operating system's number (errno, GetLastError), 0 when there is none.
     */
    int32_t os_code;
    /**
     * UTF-8, NUL-terminated, one line, cut where it is too long: the file or parameter, what was seen, what would
     * be accepted.
     */
    char message[GROMA_MESSAGE_SIZE];
} groma_error;

/**
 * Where a job is.
 */
typedef struct {
    /**
     * sizeof the struct; set it before groma_job_poll.
     */
    uint32_t struct_size;
    /**
     * 1 when the job has ended, with whatever status.
     */
    int32_t finished;
    /**
     * What is being done, in one word, NUL-terminated: "scan", "build".
     */
    char phase[32];
    /**
     * Units (shards, batches of shards) of this phase that are done.
     */
    uint64_t units_done;
    /**
     * Units of this phase.
     */
    uint64_t units_total;
    /**
     * Items (room for samples) of this phase that are done.
     */
    uint64_t items_done;
    /**
     * Items of this phase.
     */
    uint64_t items_total;
    /**
     * Bytes in the job's buffers at the moment.
     */
    uint64_t bytes_now;
    /**
     * The most bytes the job's buffers took at once.
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
     * Seconds to go, estimated; negative while there is nothing to estimate from.
     */
    double eta_seconds;
} groma_progress;

/**
 * What a build of hash tables did. The JSON of groma_job_report_json has more.
 */
typedef struct {
    /**
     * sizeof the struct; set it before groma_job_report.
     */
    uint32_t struct_size;
    /**
     * The first time step that was asked for and is in the data set.
     */
    int32_t first_step;
    /**
     * The last time step that was asked for and is in the data set.
     */
    int32_t last_step;
    /**
     * Worker threads.
     */
    uint32_t threads;
    /**
     * Time steps from the first to the last.
     */
    uint64_t steps;
    /**
     * Tables there are now for these steps.
     */
    uint64_t tables;
    /**
     * Tables this run wrote; the others were there from an earlier run.
     */
    uint64_t tables_written;
    /**
     * Time steps known to have no sample, and so no table.
     */
    uint64_t empty_steps;
    /**
     * Time steps that an earlier run had done.
     */
    uint64_t steps_resumed;
    /**
     * Time steps that are not known because a shard was left out.
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
     * Bytes this run wrote.
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
     * Samples in a border cell that is not theirs.
     */
    uint64_t clamped_samples;
    /**
     * Stale tables found: of an earlier build with other data, box or cell size.
     */
    uint64_t stale_tables;
    /**
     * Stale tables removed.
     */
    uint64_t stale_removed;
    /**
     * Warnings; their text is in the JSON.
     */
    uint64_t warnings;
    /**
     * The most bytes the buffers took at once.
     */
    uint64_t peak_buffer_bytes;
    /**
     * Seconds the whole took.
     */
    double seconds;
    /**
     * The box of the cells: least x, y, z. All six are 0 when the data set has no sample.
     */
    double box_min[3];
    /**
     * The box of the cells: greatest x, y, z.
     */
    double box_max[3];
} groma_build_report;

/**
 * Called on the job's own thread while it runs, about twenty times a second, and never after groma_job_wait saw the
 * end. No lock of the library is held: it may call any function on the job but groma_job_close and groma_job_wait (the
 * handle may not be stored yet when it is first called). A return other than 0 asks the job to stop. It must not wait for
 * a lock that is held around groma_job_close.
 */
typedef int32_t (*groma_progress_fn)(const groma_progress *progress, void *user);

/**
 * What a build of hash tables is asked to do. Fill it with groma_build_hash_tables_options_init, then set cell_size.
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
     * Under which folder the tables go, as spatial_hashing/cellsize_X/timestep_N.bin. Default: empty, which stands
     * for the data set's folder.
     */
    groma_str output;
    /**
     * What the box gets around the data on every side; finite, 0 or more. Default: 1.
     */
    double margin;
    /**
     * 1: use box_min and box_max instead of the data's box and the margin. Default: 0.
     */
    int32_t use_box;
    /**
     * GROMA_BAD_SHARD_FAIL (default) or GROMA_BAD_SHARD_SKIP.
     */
    int32_t on_bad_shard;
    /**
     * The least x, y, z of the box.
     */
    double box_min[3];
    /**
     * The greatest x, y, z of the box.
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
     * Shards that are read, built and freed before the next ones; the unit of progress and of resume. Default: 3.
     */
    uint32_t batch_size;
    /**
     * Worker threads; default 0, which stands for one per processor.
     */
    uint32_t threads;
    /**
     * 1: keep what an earlier run with the same data and options has done. Default: 0.
     */
    int32_t resume;
    /**
     * The most memory to take, in bytes; default 0, which stands for 256 MiB.
     */
    uint64_t memory_limit;
    /**
     * 1: remove tables of an earlier build with other data, box or cell size. Default: 0.
     */
    int32_t prune_stale;
    /**
     * 1: have each batch on the disk, not just in the system's cache, before it counts as done. Default: 0.
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
 * What a new data set is like. Fill it with groma_shard_writer_options_init, then set interval.
 */
typedef struct {
    /**
     * sizeof the struct; set by the init function.
     */
    uint32_t struct_size;
    /**
     * Time steps in each shard; 1 or more. No default.
     */
    uint32_t interval;
    /**
     * The data set's name. Default: empty.
     */
    groma_str dataset_name;
    /**
     * What was simulated or observed. Default: empty.
     */
    groma_str scenario_name;
    /**
     * What coordinates are counted in. Default: "meters".
     */
    groma_str coordinate_units;
    /**
     * What physical times are counted in. Default: "steps".
     */
    groma_str time_unit;
    /**
     * The physical time of time step 0. Default: 0.
     */
    double time_origin;
    /**
     * The physical time from one step to the next. Default: 1.
     */
    double time_step;
    /**
     * When the data set was made, in seconds since 1970. Default: 0.
     */
    int64_t created_at_unix;
    /**
     * Half the size of the things that move, in metres. Default: 0.
     */
    float extent[3];
    /**
     * Zero.
     */
    uint32_t reserved;
} groma_shard_writer_options;

/**
 * How a data set is opened. Fill it with groma_dataset_options_init.
 */
typedef struct {
    /**
     * sizeof the struct; set by the init function.
     */
    uint32_t struct_size;
    /**
     * 1: build the tables of a cell size when one is asked for that is not there. Default: 0, then that is
     * GROMA_NOT_FOUND.
     */
    int32_t build_missing;
    /**
     * Under which folder the tables are. Default: empty, which stands for the data set's folder.
     */
    groma_str output;
    /**
     * Threads for batches and for building; default 0, which stands for one per processor.
     */
    uint32_t threads;
    /**
     * Zero.
     */
    uint32_t reserved;
    /**
     * The most memory that building may take, in bytes; default 0, which stands for 256 MiB.
     */
    uint64_t memory_limit;
} groma_dataset_options;

/**
 * What a data set is.
 */
typedef struct {
    /**
     * sizeof the struct; set it before groma_dataset_get_info.
     */
    uint32_t struct_size;
    /**
     * Shards.
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
     * Entries of all shards.
     */
    uint64_t entries;
    /**
     * Bytes of all shards.
     */
    uint64_t bytes;
    /**
     * Trajectories, as dataset-meta.bin says; 0 where there is none.
     */
    uint64_t trajectories;
} groma_dataset_info;

/**
 * What an open data set takes.
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
     * Tables that are open.
     */
    uint64_t tables;
    /**
     * Bytes of tables that are mapped; the system takes them back when it needs the memory.
     */
    uint64_t table_bytes;
    /**
     * Shards that are open.
     */
    uint64_t shards;
    /**
     * Bytes of shards that are mapped; as above.
     */
    uint64_t shard_bytes;
    /**
     * Bytes of memory for the shards' indices of ids.
     */
    uint64_t index_bytes;
} groma_memory_stats;

/**
 * A sample in an answer.
 */
typedef struct {
    /**
     * The distance to the query point at the same time step.
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
 * Answers as flat arrays, which belong to the result handle and stay until its next query or its close.
 *
 * Query q found the trajectories ids[query_offsets[q]] to ids[query_offsets[q + 1] - 1]; trajectory i has the samples
 * samples[sample_offsets[i]] to samples[sample_offsets[i + 1] - 1]. Ids ascend within a query and time steps within a
 * trajectory; the nearest trajectories come nearest first.
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
     * Queries answered: 1, or 2 for dual radius (inner, outer), or as many points as a batch has.
     */
    uint64_t query_count;
    /**
     * query_count + 1 numbers.
     */
    const uint64_t *query_offsets;
    /**
     * Trajectories of all queries.
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
     * Samples of all trajectories.
     */
    uint64_t sample_count;
    /**
     * sample_count samples.
     */
    const groma_sample *samples;
} groma_query_view;

/**
 * What the header of a table says.
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
     * The edge of a cell.
     */
    float cell_size;
    /**
     * The least x, y, z of the box, rounded from double.
     */
    float box_min[3];
    /**
     * The greatest x, y, z of the box, rounded from double.
     */
    float box_max[3];
    /**
     * Cells that hold a sample.
     */
    uint32_t cells;
    /**
     * Samples.
     */
    uint32_t samples;
} groma_hash_table_info;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * A short name for a status, like "bad format"; "unknown status" for any other number. The text lives for ever and
 * ends with a NUL that its size does not count.
 */
groma_str groma_status_name(int32_t status);

/**
 * The version of the library, like "0.1.0"; the header's is GROMA_VERSION. The text lives for ever and ends with a
 * NUL that its size does not count.
 */
groma_str groma_version(void);

/**
 * The ABI version of the library; the header's is GROMA_ABI_VERSION. A program that loads the library at run time
 * compares the two before any other call.
 */
uint32_t groma_abi_version(void);

/**
 * Sends the library's messages up to `max_level` to `function`, with `user` handed along, instead of nowhere. NULL or
 * GROMA_LOG_OFF ends that. Once it has returned, the function before is no longer called.
 *
 * Gives GROMA_BUSY in a Rust program that has set a logger of its own.
 */
int32_t groma_log_to(groma_log_fn function,
                     void *user,
                     int32_t max_level,
                     groma_error *error);

/**
 * Fills `progress`, whose struct_size must be set, with where the job is.
 */
int32_t groma_job_poll(const groma_job *job, groma_progress *progress, groma_error *error);

/**
 * Waits until the job has ended, at most `timeout_ms` milliseconds; a negative number waits for ever, 0 only looks.
 *
 * Gives GROMA_TIMEOUT when the job goes on, else the job's own status: GROMA_OK, GROMA_CANCELLED, or its error, which
 * is then in `error`. It can be called again and gives the same.
 */
int32_t groma_job_wait(const groma_job *job,
                       int64_t timeout_ms,
                       groma_error *error);

/**
 * Asks the job to stop. It ends with GROMA_CANCELLED, unless it was done before it noticed; what it had finished
 * stays, whole.
 */
int32_t groma_job_cancel(const groma_job *job,
                         groma_error *error);

/**
 * Fills `report`, whose struct_size must be set, with what the job did. Gives GROMA_BUSY while it runs, and the job's
 * own status when it did not succeed.
 */
int32_t groma_job_report(const groma_job *job,
                         groma_build_report *report,
                         groma_error *error);

/**
 * Writes the whole report as JSON, NUL-terminated, into `buffer`: also the shards left out and the warnings.
 *
 * `size` gets the bytes needed, the NUL included. When `capacity` is smaller the call gives GROMA_INVALID_ARGUMENT,
 * and with a `capacity` of 0 `buffer` may be NULL. Status as groma_job_report.
 */
int32_t groma_job_report_json(const groma_job *job,
                              char *buffer,
                              size_t capacity,
                              size_t *size,
                              groma_error *error);

/**
 * Cancels the job if it runs, waits for its threads, and frees it. NULL is allowed. Must not be called from the
 * job's own callback.
 */
void groma_job_close(groma_job *job);

/**
 * Fills `options`, a struct of `size` bytes (sizeof it), with the defaults.
 */
int32_t groma_build_hash_tables_options_init(groma_build_hash_tables_options *options, size_t size);

/**
 * Starts to build one hash table per time step from the shards in the folder `dataset`; what is wrong with the data
 * set or the folders comes as the job's status.
 *
 * Both passes: reading all positions for the box (unless the caller gives it), then the tables, batch after batch.
 * After any end, also kill -9, each table under its final name is whole.
 *
 * `job` gets the handle, to be freed with groma_job_close.
 */
int32_t groma_build_hash_tables_from_shards(groma_str dataset,
                                            const groma_build_hash_tables_options *options,
                                            groma_job **job,
                                            groma_error *error);

/**
 * Fills `options`, a struct of `size` bytes (sizeof it), with the defaults.
 */
int32_t groma_shard_writer_options_init(groma_shard_writer_options *options, size_t size);

/**
 * Starts a data set in `folder`, which is created where it does not exist and must have no shards in it.
 *
 * `writer` gets the handle, to be freed with groma_shard_writer_close.
 */
int32_t groma_shard_writer_create(groma_str folder,
                                  const groma_shard_writer_options *options,
                                  groma_shard_writer **writer,
                                  groma_error *error);

/**
 * Adds `count` trajectories to the shard that begins at time step `first_step`. Another `first_step` than before ends
 * the shard at work, which gets its name, and begins the next; it must be at least the interval further on.
 *
 * `ids` has `count` ids; `positions` has count x interval x 3 floats: x, y, z of each time step of the first
 * trajectory, then of the second, and so on. NaN stands for no sample. A `count` of 0 makes an empty shard.
 *
 * A refused argument (GROMA_INVALID_ARGUMENT) changes nothing. After a failed write (GROMA_IO, GROMA_DISK_FULL) some of
 * the trajectories may be in the file: the writer can then only be closed, and shards ended before stay.
 */
int32_t groma_shard_writer_append(const groma_shard_writer *writer,
                                  int32_t first_step,
                                  uint64_t count,
                                  const uint64_t *ids,
                                  const float *positions,
                                  groma_error *error);

/**
 * Ends the last shard and writes dataset-manifest.json, dataset-meta.bin and dataset-trajmeta.bin. After that the
 * handle can only be closed.
 */
int32_t groma_shard_writer_finish(const groma_shard_writer *writer,
                                  groma_error *error);

/**
 * Frees the writer. NULL is allowed. Without groma_shard_writer_finish before, the shard at work is dropped and the
 * metadata are not written; shards that were ended stay.
 */
void groma_shard_writer_close(groma_shard_writer *writer);

/**
 * Fills `options`, a struct of `size` bytes (sizeof it), with the defaults.
 */
int32_t groma_dataset_options_init(groma_dataset_options *options, size_t size);

/**
 * Opens the data set in `folder`: checks every shard's header, and maps nothing yet. `options` may be NULL for the
 * defaults. `dataset` gets the handle, to be freed with groma_dataset_close.
 */
int32_t groma_dataset_open(groma_str folder,
                           const groma_dataset_options *options,
                           groma_dataset **dataset,
                           groma_error *error);

/**
 * Fills `info`, whose struct_size must be set, with what the data set is.
 */
int32_t groma_dataset_get_info(const groma_dataset *dataset, groma_dataset_info *info, groma_error *error);

/**
 * Reads the positions of trajectory `id` at the time steps `first_step` to `last_step`: x, y, z of each into
 * `positions`, which has room for 3 x (last_step - first_step + 1) floats. NaN where there is no sample. Where several
 * entries of a shard have the id, the first with a sample at the time step counts.
 */
int32_t groma_dataset_read(const groma_dataset *dataset,
                           uint64_t id,
                           int32_t first_step,
                           int32_t last_step,
                           float *positions,
                           groma_error *error);

/**
 * Writes the time steps that have a table of a cell size into `steps`, ascending, as far as `capacity` goes; `count` gets
 * their number. With a `capacity` of 0 `steps` may be NULL.
 */
int32_t groma_dataset_table_steps(const groma_dataset *dataset,
                                  float cell_size,
                                  int32_t *steps,
                                  size_t capacity,
                                  size_t *count,
                                  groma_error *error);

/**
 * Closes the tables of a cell size. Queries at work keep theirs until they end.
 */
int32_t groma_dataset_unload(const groma_dataset *dataset, float cell_size, groma_error *error);

/**
 * Closes all tables.
 */
int32_t groma_dataset_unload_all(const groma_dataset *dataset, groma_error *error);

/**
 * Fills `stats`, whose struct_size must be set, with what is open and mapped at the moment.
 */
int32_t groma_dataset_get_memory_stats(const groma_dataset *dataset,
                                       groma_memory_stats *stats,
                                       groma_error *error);

/**
 * Closes the data set. NULL is allowed.
 */
void groma_dataset_close(groma_dataset *dataset);

/**
 * Makes a result for queries, empty at first, to be freed with groma_query_result_close.
 */
int32_t groma_query_result_create(groma_query_result **result, groma_error *error);

/**
 * Fills `view`, whose struct_size must be set, with the answer of the last query. After a query that failed it is empty.
 */
int32_t groma_query_result_get_view(const groma_query_result *result,
                                    groma_query_view *view,
                                    groma_error *error);

/**
 * Frees the result. NULL is allowed.
 */
void groma_query_result_close(groma_query_result *result);

/**
 * The trajectories within `radius` of `centre` (x, y, z) at a time step, each with its sample.
 *
 * All queries are exact: distances are computed in double from the shards' positions. A time step known to be empty, or
 * outside what the data set covers, gives an empty answer; one that has samples but no table gives GROMA_NOT_FOUND (or
 * builds it, with build_missing); a table that is torn, stale or of other data GROMA_BAD_FORMAT.
 */
int32_t groma_query_radius(const groma_dataset *dataset,
                           float cell_size,
                           int32_t step,
                           const double *centre,
                           double radius,
                           const groma_query_result *result,
                           groma_error *error);

/**
 * groma_query_radius with two radii: query 0 is the inner one, query 1 the outer one, which includes it.
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
 * The trajectories within `radius` of `centre` at any time step from `first_step` to `last_step`, each with its samples
 * within the radius.
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
 * The trajectories that come within `radius` of trajectory `id` at any time step from `first_step` to `last_step`, each
 * with all its samples from its first entry to its last exit, and their distances to `id` at the same time step. `id`
 * itself is left out. Where several entries of a shard have the id, the nearest of their samples counts. GROMA_NOT_FOUND when
 * `id` has no sample in the range.
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
 * groma_query_trajectory for a path of the caller's: `count` time steps in `steps`, in order, and x, y, z at each in
 * `positions`, 3 x count numbers. At a time step that comes more than once the nearest of its points counts.
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
 * The `count` nearest trajectories at a time step, the nearest first; of two at the same distance the lower id.
 */
int32_t groma_query_nearest(const groma_dataset *dataset,
                            float cell_size,
                            int32_t step,
                            const double *centre,
                            size_t count,
                            const groma_query_result *result,
                            groma_error *error);

/**
 * groma_query_radius around `count` points at one time step, on the data set's threads: `centres` holds 3 x count numbers,
 * and query n of the answer is that of point n.
 */
int32_t groma_query_radius_batch(const groma_dataset *dataset,
                                 float cell_size,
                                 int32_t step,
                                 size_t count,
                                 const double *centres,
                                 double radius,
                                 const groma_query_result *result,
                                 groma_error *error);

/**
 * Opens and checks the table in a file. `table` gets the handle, to be freed with groma_hash_table_close.
 */
int32_t groma_hash_table_open(groma_str file, groma_hash_table **table, groma_error *error);

/**
 * Fills `info`, whose struct_size must be set, with what the table's header says.
 */
int32_t groma_hash_table_get_info(const groma_hash_table *table,
                                  groma_hash_table_info *info,
                                  groma_error *error);

/**
 * The trajectory ids in the cell with the numbers x, y, z (0 to 2097151): `ids` gets where they are in the mapped table,
 * valid until it is closed, and `count` their number, 0 for an empty cell.
 */
int32_t groma_hash_table_cell(const groma_hash_table *table,
                              uint32_t x,
                              uint32_t y,
                              uint32_t z,
                              const uint32_t **ids,
                              size_t *count,
                              groma_error *error);

/**
 * Writes the trajectory ids in all cells that a ball may touch into `ids`, as far as `capacity` goes; `count` gets their
 * number. Every id within the radius is among them. With a `capacity` of 0 `ids` may be NULL.
 */
int32_t groma_hash_table_candidates(const groma_hash_table *table,
                                    const double *centre,
                                    double radius,
                                    uint32_t *ids,
                                    size_t capacity,
                                    size_t *count,
                                    groma_error *error);

/**
 * Closes the table. NULL is allowed.
 */
void groma_hash_table_close(groma_hash_table *table);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* GROMA_H */

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
