/* What the generated program of hostile calls is made of: handles that are open, handles that are none, structs of any size.
 * The only argument is an empty folder to work in. */
#ifndef GROMA_TEST_HOSTILE_CALLS_H
#define GROMA_TEST_HOSTILE_CALLS_H

#include <math.h>
#include <signal.h>
#include <stddef.h>

#include "check.h"

#define ROOM ((size_t)1 << 16)

static groma_error last_error;
/* The names of all fields in the header, and NULL; the generated program has them. */
extern const char *const header_fields[];
/* The call at work, for the message when it ends the process. */
static const char *volatile now = "";
static int calls = 0;

typedef int32_t (*init_fn)(void *, size_t);

static uint64_t bytes_of_room[(1 << 13) + 8];

static void *room(void) {
    memset(bytes_of_room, 0, 64);
    return bytes_of_room;
}

/* What the last call has put there. */
static void *opened(void) {
    void *handle;
    memcpy(&handle, bytes_of_room, sizeof handle);
    return handle;
}

static void *numbers(void) {
    static uint64_t bytes[(1 << 13) + 8];
    bytes[0] = 1;
    return bytes;
}

/* Not where any number may be. */
static void *odd(void) {
    return (char *)room() + 1;
}

static groma_str text(const char *data, size_t size) {
    groma_str str;
    str.data = data;
    str.size = size;
    return str;
}

static groma_str nothing(size_t size) {
    return text(NULL, size);
}

static groma_str overlong(void) {
    static char name[20000];
    memset(name, 'x', sizeof name);
    return text(name, sizeof name);
}

static groma_str text_with_size(size_t size) {
    return text("x", size);
}

static groma_str text_of(const char *parameter) {
    return groma_str_of(in_folder(strcmp(parameter, "dataset") == 0 ? "data" : parameter));
}

/* Structs: filled by their init function where they have one, in a place where more than them may be read and written. */
static void *of_size(init_fn init, size_t size, uint32_t said) {
    static uint64_t place[1024];
    memset(place, 0, sizeof place);
    if (init != NULL) {
        init(place, size);
    }
    memcpy(place, &said, sizeof said);
    return place;
}

static void *filled(init_fn init, size_t size) {
    return of_size(init, size, (uint32_t)size);
}

static void *with_more(init_fn init, size_t size) {
    char *bytes = of_size(init, size, (uint32_t)size + 8);
    bytes[size + 7] = 1;
    return bytes;
}

static void *with_field(init_fn init, size_t size, size_t at, const void *value, size_t value_size) {
    char *bytes = filled(init, size);
    memcpy(bytes + at, value, value_size);
    return bytes;
}

/* Handles: opened when they are first wanted, and again when a call has closed or spoilt them. */
static char *fresh_name(const char *name) {
    static int number = 0;
    static char fresh[100];
    sprintf(fresh, "%s-%d", name, number++);
    return fresh;
}

static groma_shard_writer *open_groma_shard_writer(void) {
    static groma_shard_writer *writer = NULL;
    groma_shard_writer_options options;
    const float place[3] = {0, 0, 0};
    const uint64_t id = 1;
    static int32_t step = 1000;
    if (groma_shard_writer_append(writer, step++, 1, &id, place, NULL) != GROMA_OK) {
        groma_shard_writer_close(writer);
        groma_shard_writer_options_init(&options, sizeof options);
        options.interval = 1;
        CHECK(groma_shard_writer_create(groma_str_of(in_folder(fresh_name("written"))), &options, &writer, NULL) == GROMA_OK);
    }
    return writer;
}

static groma_dataset *open_groma_dataset(void) {
    static groma_dataset *dataset = NULL;
    groma_dataset_info info;
    info.struct_size = sizeof info;
    if (groma_dataset_get_info(dataset, &info, NULL) != GROMA_OK) {
        CHECK(groma_dataset_open(groma_str_of(in_folder("data")), NULL, &dataset, NULL) == GROMA_OK);
    }
    return dataset;
}

static groma_job *open_groma_job(void) {
    static groma_job *job = NULL;
    groma_build_hash_tables_options options;
    if (groma_job_wait(job, 0, NULL) != GROMA_OK) {
        groma_job_close(job);
        groma_build_hash_tables_options_init(&options, sizeof options);
        options.cell_size = 1.0f;
        CHECK(groma_build_hash_tables_from_shards(groma_str_of(in_folder("data")), &options, &job, NULL) == GROMA_OK);
        CHECK(groma_job_wait(job, -1, NULL) == GROMA_OK);
    }
    return job;
}

static groma_query_result *open_groma_query_result(void) {
    static groma_query_result *result = NULL;
    groma_query_view view;
    view.struct_size = sizeof view;
    if (groma_query_result_get_view(result, &view, NULL) != GROMA_OK) {
        CHECK(groma_query_result_create(&result, NULL) == GROMA_OK);
    }
    return result;
}

static groma_hash_table *open_groma_hash_table(void) {
    static groma_hash_table *table = NULL;
    groma_hash_table_info info;
    info.struct_size = sizeof info;
    if (groma_hash_table_get_info(table, &info, NULL) != GROMA_OK) {
        const char *path = in_folder("data/spatial_hashing/cellsize_1.000/timestep_00000.bin");
        open_groma_job();
        CHECK(groma_hash_table_open(groma_str_of(path), &table, NULL) == GROMA_OK);
    }
    return table;
}

static groma_mesh_store *open_groma_mesh_store(void) {
    static groma_mesh_store *store = NULL;
    groma_tile_info info;
    info.struct_size = sizeof info;
    if (groma_mesh_store_tile_info(store, groma_str_of("tile"), &info, NULL) != GROMA_OK) {
        const double vertices[9] = {0, 0, 0, 1, 0, 0, 0, 1, 0};
        const uint32_t faces[3] = {0, 1, 2};
        const int32_t marker = 0;
        groma_mesh_store_close(store);
        CHECK(groma_mesh_store_create(groma_str_of(in_folder(fresh_name("store"))), nothing(0), &store, NULL) == GROMA_OK);
        CHECK(groma_mesh_store_add_tile(store, groma_str_of("tile"), vertices, 3, faces, 1, &marker, NULL) == GROMA_OK);
    }
    return store;
}

static groma_tile_list *open_groma_tile_list(void) {
    static groma_tile_list *list = NULL;
    const groma_str *names;
    size_t count;
    if (groma_tile_list_get_names(list, &names, &count, NULL) != GROMA_OK) {
        CHECK(groma_mesh_store_list_tiles(open_groma_mesh_store(), &list, NULL) == GROMA_OK);
    }
    return list;
}

static groma_mesh_tile *open_groma_mesh_tile(void) {
    static groma_mesh_tile *tile = NULL;
    groma_mesh_tile_view view;
    view.struct_size = sizeof view;
    if (groma_mesh_tile_get_view(tile, &view, NULL) != GROMA_OK) {
        CHECK(groma_mesh_store_get_tile(open_groma_mesh_store(), groma_str_of("tile"), &tile, NULL) == GROMA_OK);
    }
    return tile;
}

static groma_mapped_array *open_groma_mapped_array(void) {
    static groma_mapped_array *mapped = NULL;
    groma_mapped_array_view view;
    view.struct_size = sizeof view;
    if (groma_mapped_array_data(mapped, &view, NULL) != GROMA_OK) {
        const uint64_t shape = 4;
        const char *path = in_folder(fresh_name("array"));
        CHECK(groma_mapped_array_create(groma_str_of(path), GROMA_ELEMENT_F32, &shape, 1, &mapped, NULL) == GROMA_OK);
    }
    return mapped;
}

/* A handle that was closed. */
static void *stale(void) {
    groma_query_result *result = NULL;
    groma_query_result_create(&result, NULL);
    groma_query_result_close(result);
    return result;
}

static void *other_kind(const char *kind) {
    return strcmp(kind, "groma_dataset") == 0 ? (void *)open_groma_hash_table() : (void *)open_groma_dataset();
}

/* Whether the last error begins with one of the names that the function's parameters and the header's fields have. */
static int names_an_argument(const char *const *parameters) {
    const char *end = strstr(last_error.message, " is ");
    const char *const *lists[2];
    int n;
    lists[0] = parameters, lists[1] = header_fields;
    for (n = 0; n < 2 && end != NULL; n++) {
        const char *const *name;
        for (name = lists[n]; *name != NULL; name++) {
            if (strlen(*name) == (size_t)(end - last_error.message) && strncmp(last_error.message, *name, strlen(*name)) == 0) {
                return 1;
            }
        }
    }
    return 0;
}

/* Whether a call went well; `expected` 1: it must fail, 2: with GROMA_INVALID_ARGUMENT. `parameters` are the names of its arguments, NULL
 * where none is to be in the error. */
static int seen(int32_t status, int expected, const char *const *parameters) {
    const char *name = groma_status_name(status).data;
    calls++;
    if ((status == GROMA_INVALID_ARGUMENT && parameters != NULL && !names_an_argument(parameters)) || status == GROMA_INTERNAL || strcmp(name, "unknown status") == 0 || (expected == 1 && status == GROMA_OK) ||
        (expected == 2 && status != GROMA_INVALID_ARGUMENT)) {
        failures++;
        printf("%s: %s: %s\n", now, name, last_error.message);
    }
    return status == GROMA_OK;
}

/* Says which call it was. */
static void fell(int signal_number) {
    printf("signal %d in %s\n", signal_number, now);
    fflush(stdout);
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static void begin(int argc, char **argv) {
    groma_shard_writer_options options;
    groma_shard_writer *writer = NULL;
    const float places[12] = {0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3};
    const uint64_t ids[2] = {1, 2};
    if (argc != 2) {
        exit(2);
    }
    snprintf(folder, sizeof folder, "%s", argv[1]);
    signal(SIGSEGV, fell);
    signal(SIGABRT, fell);
    groma_shard_writer_options_init(&options, sizeof options);
    options.interval = 2;
    EXPECT(GROMA_OK, "", groma_shard_writer_create(groma_str_of(in_folder("data")), &options, &writer, &error));
    CHECK(groma_shard_writer_append(writer, 0, 2, ids, places, NULL) == GROMA_OK);
    CHECK(groma_shard_writer_finish(writer, NULL) == GROMA_OK);
    groma_shard_writer_close(writer);
}

static int end(void) {
    now = "the end";
    groma_shard_writer_close(open_groma_shard_writer());
    groma_tile_list_close(open_groma_tile_list());
    groma_mesh_tile_close(open_groma_mesh_tile());
    groma_mesh_store_close(open_groma_mesh_store());
    groma_hash_table_close(open_groma_hash_table());
    groma_dataset_close(open_groma_dataset());
    groma_job_close(open_groma_job());
    groma_query_result_close(open_groma_query_result());
    groma_mapped_array_close(open_groma_mapped_array());
    CHECK(groma_open_handles() == 0);
    CHECK(calls > 500);
    printf("%d calls\n", calls);
    return failures == 0 ? 0 : 1;
}

#endif
