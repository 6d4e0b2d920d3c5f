#include "speech/audio_file.hpp"

#include <fmt/format.h>
#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "base/handle.hpp"

namespace skyn3t::speech {
namespace {

using SoundFile = Handle<SNDFILE, sf_close>;

// Bytes in memory as libsndfile's file.
struct MemoryFile {
    std::span<const std::uint8_t> bytes;
    sf_count_t at = 0;

    sf_count_t size() const { return static_cast<sf_count_t>(bytes.size()); }
    sf_count_t seek(sf_count_t offset, int whence) noexcept {
        const sf_count_t base = whence == SEEK_CUR ? at : whence == SEEK_END ? size() : 0;
        at = std::clamp<sf_count_t>(base + offset, 0, size());
        return at;
    }
    sf_count_t read(void* out, sf_count_t count) noexcept {
        const sf_count_t take = std::clamp<sf_count_t>(count, 0, size() - at);
        if (take > 0) std::memcpy(out, bytes.data() + at, static_cast<std::size_t>(take));
        at += take;
        return take;
    }
};

sf_count_t on_size(void* user) noexcept { return static_cast<MemoryFile*>(user)->size(); }
sf_count_t on_seek(sf_count_t offset, int whence, void* user) noexcept {
    return static_cast<MemoryFile*>(user)->seek(offset, whence);
}
sf_count_t on_read(void* out, sf_count_t count, void* user) noexcept {
    return static_cast<MemoryFile*>(user)->read(out, count);
}
sf_count_t on_write(const void*, sf_count_t, void*) noexcept { return 0; }
sf_count_t on_tell(void* user) noexcept { return static_cast<MemoryFile*>(user)->at; }

std::int16_t to_sample(float value) {
    return static_cast<std::int16_t>(
        std::lrintf(std::clamp(value, -1.0f, 32767.0f / 32768.0f) * 32768.0f));
}

void put_le(std::vector<std::uint8_t>& out, std::uint32_t value, int octets) {
    for (int i = 0; i < octets; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

}  // namespace

Result<Clip> decode_audio(std::span<const std::uint8_t> bytes, const AudioLimits& limits) {
    if (bytes.size() > limits.bytes)
        return fail(Errc::too_large, fmt::format("{} bytes of sound, at most {} are taken",
                                                 bytes.size(), limits.bytes));
    MemoryFile memory{bytes};
    SF_VIRTUAL_IO io{on_size, on_seek, on_read, on_write, on_tell};
    SF_INFO info{};
    const SoundFile file(sf_open_virtual(&io, SFM_READ, &info, &memory));
    if (!file)
        return fail(Errc::parse_error, fmt::format("not a sound file: {}", sf_strerror(nullptr)));
    if (info.channels < 1 || info.channels > 8 || info.samplerate < 4000 ||
        info.samplerate > 192000)
        return fail(Errc::parse_error, fmt::format("{} channels at {} Hz are not supported",
                                                   info.channels, info.samplerate));

    // The header's count is not believed: espeak-ng writes to a pipe and claims 2 GB.
    const std::size_t most =
        static_cast<std::size_t>(limits.seconds) * static_cast<std::size_t>(info.samplerate);
    const auto channels = static_cast<std::size_t>(info.channels);
    Clip clip{{}, info.samplerate};
    std::vector<float> block(4096 * channels);
    for (sf_count_t frames = 1; frames > 0 && clip.samples.size() <= most;) {
        frames = sf_readf_float(file.get(), block.data(), 4096);
        for (std::size_t i = 0; i < static_cast<std::size_t>(std::max<sf_count_t>(frames, 0));
             ++i) {
            float sum = 0;
            for (std::size_t c = 0; c < channels; ++c) sum += block[i * channels + c];
            const float mean = sum / static_cast<float>(channels);
            clip.samples.push_back(std::isfinite(mean) ? to_sample(mean) : std::int16_t{0});
        }
    }
    if (clip.samples.size() > most)
        return fail(Errc::too_large, fmt::format("longer than {} seconds", limits.seconds));
    if (clip.samples.empty()) return fail(Errc::parse_error, "the sound file is empty");
    return clip;
}

std::vector<std::uint8_t> encode_wav(const Clip& clip) {
    const auto data = static_cast<std::uint32_t>(clip.samples.size() * 2);
    const auto rate = static_cast<std::uint32_t>(clip.sample_rate);
    std::vector<std::uint8_t> out;
    out.reserve(44 + data);
    const auto tag = [&](std::string_view text) {
        out.insert(out.end(), text.begin(), text.end());
    };
    tag("RIFF");
    put_le(out, 36 + data, 4);
    tag("WAVEfmt ");
    put_le(out, 16, 4);
    put_le(out, 1, 2);  // PCM
    put_le(out, 1, 2);  // mono
    put_le(out, rate, 4);
    put_le(out, rate * 2, 4);
    put_le(out, 2, 2);
    put_le(out, 16, 2);
    tag("data");
    put_le(out, data, 4);
    for (const std::int16_t sample : clip.samples)
        put_le(out, static_cast<std::uint16_t>(sample), 2);
    return out;
}

}  // namespace skyn3t::speech
