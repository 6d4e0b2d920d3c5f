#pragma once

#include <asio/post.hpp>
#include <map>
#include <memory>
#include <utility>

#include "support/fake_clock.hpp"
#include "support/fake_media.hpp"

namespace skyn3t::test {

// FakeMedia in simulated time: what is played ends when its length has passed or another play or a
// stop cuts it, and events come through the loop, never from within a call.
class TimedMedia final : public media::MediaEngine {
  public:
    explicit TimedMedia(FakeLoop& loop) : loop_(loop) {
        fake.set_event_handler([this](media::MediaEvent& event) {
            asio::post(loop_.io, [this, event]() mutable {
                if (handler_) handler_(event);
            });
        });
    }

    FakeMedia fake;  // its commands, its refusals

    void set_event_handler(media::MediaEventHandler handler) override {
        handler_ = std::move(handler);
    }
    Result<media::OpenedStream> open_stream(const media::StreamConfig& config) override {
        return fake.open_stream(config);
    }
    bool submit(media::MediaCommand command) override {
        if (!fake.submit(command)) return false;
        if (const auto* play = std::get_if<media::PlayPrompts>(&command)) begin(*play);
        if (const auto* tone = std::get_if<media::PlayTone>(&command)) {
            stop(tone->stream);
            plays_[tone->stream.value].id = tone->play;
        }
        if (const auto* stopped = std::get_if<media::StopPlay>(&command)) stop(stopped->stream);
        if (const auto* closed = std::get_if<media::CloseStream>(&command))
            plays_.erase(closed->stream.value);
        return true;
    }
    media::EngineCounters counters() const override { return fake.counters(); }

  private:
    struct Playing {
        media::PlayId id = 0;
        std::unique_ptr<Timer> end;  // none: a tone, for ever
    };
    void begin(const media::PlayPrompts& play) {
        stop(play.stream);
        milliseconds length{0};
        for (const auto& item : play.items)
            length += std::holds_alternative<media::PromptPtr>(item)
                          ? std::get<media::PromptPtr>(item)->duration()
                          : std::get<media::Silence>(item).length;
        auto& playing = plays_[play.stream.value];
        playing.id = play.play;
        playing.end = std::make_unique<Timer>(
            loop_.wheel, [this, stream = play.stream] { end(stream, media::PlayEnd::finished); });
        playing.end->start_after(length);
    }
    void stop(media::StreamId stream) { end(stream, media::PlayEnd::stopped); }
    void end(media::StreamId stream, media::PlayEnd how) {
        const auto playing = plays_.extract(stream.value);
        if (playing.empty()) return;
        fake.raise(media::PlayEnded{stream, playing.mapped().id, how, {}, {}});
    }

    FakeLoop& loop_;
    media::MediaEventHandler handler_;
    std::map<std::uint64_t, Playing> plays_;
};

}  // namespace skyn3t::test
