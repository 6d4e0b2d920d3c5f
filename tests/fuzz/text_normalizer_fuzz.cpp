#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "speech/text_normalizer.hpp"

// What a tenant's document asks to be spoken: always valid UTF-8, and nothing that espeak-ng takes
// for phonemes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    using skyn3t::speech::SayAs;
    const auto say_as = static_cast<SayAs>(data[0] % 9);
    const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    for (const std::string_view language : {"es-MX", "en-US"}) {
        const auto words = skyn3t::speech::normalize_text(text, language, say_as);
        if (!skyn3t::is_valid_utf8(words) || words.find("[[") != words.npos) std::abort();
    }
    return 0;
}
