/* Plain C functions, one for each type and convention of signatures; no module. */
#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- scalars: each gives back what it got, so that a wrong width or sign shows ---- */

bool same_bool(bool a) { return a; }
int8_t same_i8(int8_t a) { return a; }
int16_t same_i16(int16_t a) { return a; }
int32_t same_i32(int32_t a) { return a; }
int64_t same_i64(int64_t a) { return a; }
uint8_t same_u8(uint8_t a) { return a; }
uint16_t same_u16(uint16_t a) { return a; }
uint32_t same_u32(uint32_t a) { return a; }
uint64_t same_u64(uint64_t a) { return a; }
ptrdiff_t same_isize(ptrdiff_t a) { return a; }
size_t same_usize(size_t a) { return a; }
float same_f32(float a) { return a; }
double same_f64(double a) { return a; }

/* More arguments than registers, of both classes. */
double many(int8_t a, double b, uint16_t c, float d, int64_t e, double f, uint8_t g, float h, int32_t i, double j,
            uint64_t k, double l, double m, double n, double o, double p) {
    return a + b + c + d + (double)e + f + g + h + i + j + (double)k + l + m + n + o + p;
}

static int calls;
void nothing(void) { calls++; }
int count_calls(void) { return ++calls; }

/* ---- text and bytes ---- */

size_t text_length(const char *text) { return text ? strlen(text) : 9999; }

uint64_t sum_bytes(const uint8_t *bytes, size_t count) {
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) sum += bytes[i];
    return sum;
}

uint32_t sum_short(const uint8_t *bytes, uint8_t count) { return (uint32_t)sum_bytes(bytes, count); }
uint64_t sum_seeded(uint64_t seed, const uint8_t *bytes, size_t count) { return seed + sum_bytes(bytes, count); }
uint64_t sum_two(const uint8_t *a, size_t a_count, const uint8_t *b, size_t b_count) {
    return sum_bytes(a, a_count) * 1000 + sum_bytes(b, b_count);
}
uint64_t sum_four(const uint8_t bytes[4]) { return sum_bytes(bytes, 4); }

/* ---- structs ---- */

typedef struct point {
    double x, y;
} point;
typedef struct small {
    uint8_t a;
    int16_t b;
} small;
typedef struct large {
    int64_t a;
    point b;
    float c;
    bool d;
    int8_t e;
} large;

point point_scale(point p, double by) { return (point){p.x * by, p.y * by}; }
small small_swap(small s) { return (small){(uint8_t)s.b, s.a}; }
large large_next(large l) { return (large){l.a + 1, {l.b.x + 1, l.b.y + 1}, l.c + 1, !l.d, (int8_t)(l.e + 1)}; }
double point_norm(const point *p) { return p->x * p->x + p->y * p->y; }
void point_move(point *p, double by) { p->x += by, p->y += by; }
void point_make(point *p) { *p = (point){3, 4}; }

/* ---- out ---- */

size_t fill_by_result(uint8_t *out, size_t room) {
    for (size_t i = 0; i < room && i < 3; i++) out[i] = (uint8_t)('a' + i);
    return room < 3 ? room : 3;
}
size_t fill_too_much(uint8_t *out, size_t room) {
    (void)out;
    return room + 1;
}
int fill_negative(uint8_t *out, int room) {
    (void)out, (void)room;
    return -5;
}
int fill_by_pointer(uint8_t *out, uint32_t *room) {
    if (*room < 4) return -1;
    memcpy(out, "\0\1\2\377", 4);
    *room = 4;
    return 0;
}
void fill_fixed(uint8_t out[4]) { memcpy(out, "\1\2\3\4", 4); }
int fill_text(char *out, size_t room) { return snprintf(out, room, "room %zu", room); }
void fill_text_fixed(char out[8]) { memcpy(out, "12345678", 8); }
void split(double value, int64_t *whole, double *rest) {
    *whole = (int64_t)value;
    *rest = value - (double)*whole;
}
int increment(int *value) { return (*value)++; }
void reverse(uint8_t *bytes, size_t count) {
    for (size_t i = 0; i < count / 2; i++) {
        uint8_t last = bytes[count - 1 - i];
        bytes[count - 1 - i] = bytes[i];
        bytes[i] = last;
    }
}

/* ---- returned pointers ---- */

const char *static_text(void) { return "always here"; }
const char *bad_text(void) { return "a\"\\\n\001\xff\xc3\xa9"; }
const char *find_text(const char *text, const char *what) { return strstr(text, what); }
char *copied_text(const char *text) { return strdup(text); }
const uint8_t *four_bytes(void) { return (const uint8_t *)"\0\1\2\3"; }
uint8_t *some_bytes(size_t *count) {
    *count = 5;
    return memcpy(malloc(5), "hello", 5);
}
uint8_t *endless_bytes(size_t *count) {
    *count = SIZE_MAX;
    return (uint8_t *)"";
}

static int released;
char *owned_text(void) { return strdup("owned"); }
void release_text(char *text) {
    released++;
    free(text);
}
int count_released(void) { return released; }

/* ---- conventions ---- */

int fail_negative(int value) { return value; }
int fail_nonzero(int value) { return value; }
int fail_zero(int value) { return value; }
const char *fail_null(bool fails) { return fails ? NULL : "good"; }
int fail_errno(int number) {
    errno = number;
    return number ? -1 : 7;
}
int errno_without_failure(void) {
    errno = ENOTTY;
    return 3;
}
int minus_one_without_errno(void) { return -1; }
const char *fail_errno_null(int number) {
    errno = number;
    return number ? NULL : "good";
}
double fail_errno_float(int number) {
    errno = number;
    return 1;
}
void fail_errno_void(int number) { errno = number; }

/* ---- variadic ---- */

double sum_all(int count, ...) {
    va_list values;
    va_start(values, count);
    double sum = 0;
    for (int i = 0; i < count; i++) sum += i % 2 ? va_arg(values, double) : va_arg(values, int);
    va_end(values);
    return sum;
}

/* ---- what goes wrong ---- */

int crash(void) { return *(volatile int *)NULL; }
void quit(void) { exit(3); }
void hang(void) {
    for (volatile int i = 1; i;) {
    }
}
void say(const char *text) { printf("%s\n", text); }
/* A library that changes the locale must not change how numbers are written. */
double comma(double value) {
    setlocale(LC_ALL, "de_DE.UTF-8");
    return value;
}
int not_a_function = 5;
