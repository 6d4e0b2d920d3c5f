#include "speech/prompt_source.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"
#include "speech/audio_file.hpp"
#include "speech/digest.hpp"
#include "speech/mastering.hpp"

namespace skyn3t::speech {
namespace {

using std::chrono::milliseconds;

constexpr int kRecordVersion = 1;
constexpr std::size_t kMostWords = 20000;  // octets: Say takes 4096 characters, and numbers grow

std::size_t samples_in(milliseconds time, int rate) {
    return static_cast<std::size_t>(time.count() * rate / 1000);
}

void append_silence(Clip& clip, milliseconds time) {
    clip.samples.resize(clip.samples.size() + samples_in(time, clip.sample_rate), 0);
}

// All phrases by one engine, with exact silence between them. Silence at both ends is added after
// mastering, which trims.
Result<Clip> speak(const SpeechSource& source, TtsEngine& engine) {
    constexpr milliseconds kShortestGap{50};  // between two paces
    Clip whole;
    milliseconds gap{0};
    for (const Phrase& phrase : source.phrases) {
        if (!phrase.words.empty()) {
            auto spoken = engine.synthesize({phrase.words, source.voice, phrase.rate});
            if (!spoken) return spoken;
            if (whole.samples.empty()) {
                whole = std::move(*spoken);
            } else {
                const Clip part = trimmed(*spoken);
                whole = trimmed(whole);
                append_silence(whole, std::max(gap, kShortestGap));
                whole.samples.insert(whole.samples.end(), part.samples.begin(), part.samples.end());
            }
            gap = milliseconds(0);
        }
        gap += phrase.silence_after;
    }
    return whole;
}

media::PromptPtr master(const Clip& clip, milliseconds before = {}, milliseconds after = {}) {
    Master made = make_master(clip);
    const auto pad = [&](std::vector<std::int16_t>& samples, int rate) {
        samples.insert(samples.begin(), samples_in(before, rate), 0);
        samples.resize(samples.size() + samples_in(after, rate), 0);
    };
    pad(made.wide, 16000);
    pad(made.narrow, 8000);
    return media::make_prompt(made.wide, made.narrow);
}

Result<MadePrompt> make_speech(const SpeechSource& source, const Engines& engines) {
    const auto& phrases = source.phrases;
    const bool leads = phrases.front().words.empty();
    const milliseconds before = leads ? phrases.front().silence_after : milliseconds(0);
    if (leads && phrases.size() == 1) return MadePrompt{master({{}, 16000}, before)};
    Error error{Errc::unavailable, "no speech engine"};
    bool first = true;
    for (const auto& engine : engines) {
        if (!engine->speaks(source.voice)) continue;
        auto clip = speak(source, *engine);
        if (clip) return MadePrompt{master(*clip, before, phrases.back().silence_after), !first};
        error = clip.error();
        log::error("speech engine failed engine={} error={}",
                   skyn3t::quoted(engine->identity(source.voice)), skyn3t::quoted(error.detail));
        first = false;
    }
    return tl::unexpected(error);
}

}  // namespace

Result<PromptSource> speech_source(std::vector<Phrase> phrases, Voice voice,
                                   const Engines& engines) {
    const bool silent = std::all_of(phrases.begin(), phrases.end(), [](const Phrase& phrase) {
        return phrase.words.empty() && phrase.silence_after.count() == 0;
    });
    if (silent) return fail(Errc::invalid_argument, "there is nothing to say");
    const auto engine = std::find_if(engines.begin(), engines.end(),
                                     [&](const auto& each) { return each->speaks(voice); });
    if (engine == engines.end())
        return fail(Errc::unavailable, "no speech engine is installed: apt install espeak-ng");

    // Every field stands with its length, so that no two records are written alike.
    std::string record = fmt::format("speech {} normalizer {} mastering {}\n", kRecordVersion,
                                     kNormalizerVersion, kMasteringVersion);
    const auto field = [&](std::string_view value) {
        record += fmt::format("{}:{}\n", value.size(), value);
    };
    field((*engine)->identity(voice));
    std::size_t words = 0;
    for (const Phrase& phrase : phrases) {
        field(phrase.words);
        record +=
            fmt::format("rate {:.3f} silence {}\n", phrase.rate, phrase.silence_after.count());
        words += phrase.words.size();
    }
    if (words > kMostWords) return fail(Errc::too_large, "too much text for one prompt");
    return PromptSource{SpeechSource{std::move(phrases), std::move(voice)}, sha256_hex(record)};
}

PromptSource recording_source(std::string community, std::string name, const std::string& digest) {
    return {RecordingSource{std::move(community), std::move(name)},
            sha256_hex(fmt::format("recording {} mastering {}\n{}", kRecordVersion,
                                   kMasteringVersion, digest))};
}

PromptSource file_source(std::vector<std::uint8_t> bytes) {
    auto key = sha256_hex(fmt::format("file {} mastering {}\n{}", kRecordVersion, kMasteringVersion,
                                      sha256_hex(bytes)));
    return {FileSource{std::move(bytes)}, std::move(key), false};
}

Result<MadePrompt> make_from(const PromptSource& source, const Engines& engines,
                             const RecordingStore& recordings) {
    if (const auto* speech = std::get_if<SpeechSource>(&source.from))
        return make_speech(*speech, engines);
    const auto* recording = std::get_if<RecordingSource>(&source.from);
    const auto clip = recording ? recordings.load(recording->community, recording->name)
                                : decode_audio(std::get<FileSource>(source.from).bytes);
    if (!clip) return tl::unexpected(clip.error());
    return MadePrompt{master(*clip)};
}

}  // namespace skyn3t::speech
