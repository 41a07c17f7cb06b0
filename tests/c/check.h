/* Counting failed checks, and paths in the test's folder. */
#ifndef GROMA_TEST_CHECK_H
#define GROMA_TEST_CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "groma.h"

static int failures = 0;

static void check(int ok, const char *what, int line, const groma_error *error) {
    if (!ok) {
        failures++;
        printf("line %d: %s%s%s\n", line, what, error != NULL ? "; the error is: " : "",
               error != NULL ? error->message : "");
    }
}

#define CHECK(condition) check((condition), #condition, __LINE__, NULL)

/* A call that must give a status, and, when it fails, a message with a text in it. */
static void expect_at(int32_t expected, const char *text, int32_t status, const groma_error *error, int line) {
    char what[200];
    snprintf(what, sizeof what, "status %d instead of %d", (int)status, (int)expected);
    check(status == expected, what, line, status == GROMA_OK ? NULL : error);
    if (status == expected && status != GROMA_OK && status != GROMA_TIMEOUT) {
        check(error->status == status, "the error holds the status", line, error);
        snprintf(what, sizeof what, "the message has \"%s\" in it", text);
        check(strstr(error->message, text) != NULL, what, line, error);
    }
}

#define EXPECT(expected, text, call)                                                                                   \
    do {                                                                                                               \
        groma_error error;                                                                                             \
        int32_t status_;                                                                                               \
        memset(&error, 0, sizeof error);                                                                               \
        status_ = (call);                                                                                              \
        expect_at((expected), (text), status_, &error, __LINE__);                                                      \
    } while (0)

static char folder[1000];

static const char *in_folder(const char *name) {
    static char paths[8][1200];
    static int next = 0;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

#endif
