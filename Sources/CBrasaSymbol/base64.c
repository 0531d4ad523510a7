#include "symbol.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int value_of(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

size_t base64_decode(uint8_t *out, const char *text, size_t length) {
    if (length % 4 != 0) return SIZE_MAX;
    size_t used = 0;
    for (size_t i = 0; i < length; i += 4) {
        bool is_last = i + 4 == length;
        unsigned padding = is_last && text[i + 3] == '=' ? (text[i + 2] == '=' ? 2 : 1) : 0;
        uint32_t bits = 0;
        for (unsigned j = 0; j < 4; j++) {
            int value = j >= 4 - padding ? 0 : value_of(text[i + j]);
            if (value < 0) return SIZE_MAX;
            bits = bits << 6 | (uint32_t)value;
        }
        /* Bits that no byte takes have to be zero, so that each content has one spelling: RFC 4648, section 3.5. */
        if ((padding == 1 && (bits & 0xff)) || (padding == 2 && (bits & 0xffff))) return SIZE_MAX;
        out[used++] = (uint8_t)(bits >> 16);
        if (padding < 2) out[used++] = (uint8_t)(bits >> 8);
        if (padding < 1) out[used++] = (uint8_t)bits;
    }
    return used;
}

size_t base64_encode(char *out, const uint8_t *bytes, size_t length) {
    size_t used = 0;
    for (size_t i = 0; i < length; i += 3) {
        size_t count = length - i < 3 ? length - i : 3;
        uint32_t bits = (uint32_t)bytes[i] << 16;
        if (count > 1) bits |= (uint32_t)bytes[i + 1] << 8;
        if (count > 2) bits |= bytes[i + 2];
        out[used++] = alphabet[bits >> 18];
        out[used++] = alphabet[bits >> 12 & 63];
        out[used++] = count > 1 ? alphabet[bits >> 6 & 63] : '=';
        out[used++] = count > 2 ? alphabet[bits & 63] : '=';
    }
    return used;
}
