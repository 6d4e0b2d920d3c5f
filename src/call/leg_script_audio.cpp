#include <utility>

#include "call/leg_script.hpp"

// What a script plays: a document's audio made into sounds, and the wait for its end.
namespace skyn3t::call {
namespace {

using AudioItem = std::variant<twiml::Say, twiml::Play, twiml::Pause, twiml::AudioBody>;

unsigned loops(const AudioItem& item) {
    if (const auto* say = std::get_if<twiml::Say>(&item)) return say->loop;
    if (const auto* play = std::get_if<twiml::Play>(&item)) return play->loop;
    return 1;
}

StoryDetail described(const AudioItem& item, const media::Prompt& sound) {
    StoryDetail detail;
    if (const auto* say = std::get_if<twiml::Say>(&item)) detail.emplace_back("text", say->text());
    if (const auto* play = std::get_if<twiml::Play>(&item)) detail.emplace_back("url", play->url);
    detail.emplace_back("ms", std::to_string(sound.duration().count()));
    return detail;
}

}  // namespace

Task<Result<std::optional<char>>> LegScript::play(const twiml::Audio& audio,
                                                  twiml::Interrupt interrupt) {
    if (stopped_) co_return fail(Errc::canceled);
    if (interrupt == twiml::Interrupt::any_digit && lately_ != Lately::dialled)
        lately_ = Lately::nothing;
    auto items = co_await items_of(audio);
    if (!items) co_return tl::unexpected(items.error());
    if (items->empty()) co_return std::optional<char>();
    awaited_play_ = leg_.play(std::move(*items));
    auto heard = co_await wait_for_play(awaited_play_, interrupt);
    awaited_play_ = 0;
    co_return heard;
}

Task<Result<std::vector<media::PlayItem>>> LegScript::items_of(const twiml::Audio& audio) {
    std::vector<media::PlayItem> items;
    for (const auto& item : audio.items) {
        if (const auto* pause = std::get_if<twiml::Pause>(&item)) {
            items.emplace_back(media::Silence{pause->length});
            continue;
        }
        auto sound = co_await sound_of(item);
        if (stopped_) co_return fail(Errc::canceled);
        if (!sound) {
            if (sound.error().code == Errc::canceled) co_return tl::unexpected(sound.error());
            warn(std::holds_alternative<twiml::Say>(item) ? 13520 : 13420, sound.error().detail);
            continue;
        }
        owner_.tell_of_script(std::holds_alternative<twiml::Say>(item) ? "say" : "play",
                              described(item, **sound));
        for (unsigned i = loops(item); i > 0; --i) items.emplace_back(*sound);
    }
    co_return items;
}

std::function<void(Result<media::PromptPtr>)> LegScript::sound_answer(std::uint64_t ticket) {
    return [self = std::weak_ptr<LegScript*>(self_), ticket](Result<media::PromptPtr> sound) {
        const auto script = self.lock();
        if (!script || (*script)->stopped_) return;
        if (!(*script)->inbox_.push(SoundReady{ticket, std::move(sound)}))
            (*script)->owner_.on_script_overrun();
    };
}

Task<Result<media::PromptPtr>> LegScript::sound_of(AudioItem item) {
    const std::string& community = community_code_;
    const std::uint64_t ticket = ++last_ticket_;
    if (const auto* say = std::get_if<twiml::Say>(&item)) {
        if (auto ready = services_.prompts.find(*say, community)) co_return ready;
        services_.prompts.render(*say, community, sound_answer(ticket));
    } else if (const auto* play = std::get_if<twiml::Play>(&item)) {
        services_.prompts.fetch_sound(play->url, community, sound_answer(ticket));
    } else {
        services_.prompts.decode_sound(std::get<twiml::AudioBody>(item).bytes,
                                       sound_answer(ticket));
    }
    co_return co_await wait_for_sound(ticket);
}

Task<Result<media::PromptPtr>> LegScript::wait_for_sound(std::uint64_t ticket) {
    for (;;) {
        auto happening = co_await inbox_.next(SteadyTime::max());
        if (!happening) co_return tl::unexpected(happening.error());
        if (auto* ready = std::get_if<SoundReady>(&*happening); ready && ready->ticket == ticket)
            co_return std::move(ready->sound);
    }
}

Task<Result<std::optional<char>>> LegScript::wait_for_play(media::PlayId play,
                                                           twiml::Interrupt interrupt) {
    for (;;) {
        if (interrupt == twiml::Interrupt::any_digit && !digits_.empty()) {
            const char digit = digits_.front();
            digits_.pop_front();
            lately_ = Lately::heard_a_key;
            leg_.stop_play();
            co_return std::optional<char>(digit);
        }
        const auto happening = co_await inbox_.next(SteadyTime::max());
        if (!happening) co_return tl::unexpected(happening.error());
        if (const auto* ended = std::get_if<PlayEnded>(&*happening); ended && ended->play == play)
            co_return std::optional<char>();
    }
}

}  // namespace skyn3t::call
