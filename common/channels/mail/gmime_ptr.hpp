#pragma once
// Internal to mime.cpp and compose.cpp: GLib's references and memory as values.
#include <gmime/gmime.h>
#include <memory>
#include <string>
#include <string_view>

namespace guichet::channels::mail::detail {

struct Unref {
    void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Ref = std::unique_ptr<T, Unref>;

struct GFree {
    void operator()(char* text) const { g_free(text); }
};
using GText = std::unique_ptr<char, GFree>;

// GMime's tables live from the first use to the end of the process.
inline void start_gmime() {
    struct Library {
        Library() { g_mime_init(); }
        ~Library() { g_mime_shutdown(); }
        Library(const Library&) = delete;
        Library& operator=(const Library&) = delete;
    };
    static const Library kLibrary;
}

inline std::string text_of(const char* text) {
    return text == nullptr ? std::string() : std::string(text);
}

inline Ref<GMimeStream> stream_of(std::string_view bytes) {
    return Ref<GMimeStream>(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
}

inline std::string bytes_of(GMimeStream* stream) {
    const auto* array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    return array == nullptr ? std::string()
                            : std::string(reinterpret_cast<const char*>(array->data), array->len);
}

}  // namespace guichet::channels::mail::detail
