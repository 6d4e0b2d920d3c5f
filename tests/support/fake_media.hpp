#pragma once

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "media/engine.hpp"

namespace skyn3t::test {

// A media engine without media: keeps the commands, gives the events that a test asks for. Ports
// start at 20000.
class FakeMedia final : public media::MediaEngine {
  public:
    void set_event_handler(media::MediaEventHandler handler) override {
        handler_ = std::move(handler);
    }
    Result<media::OpenedStream> open_stream(const media::StreamConfig& config) override {
        if (refuse_streams) return fail(Errc::unavailable, "no RTP port left");
        configs.push_back(config);
        ++last_id_;
        open_.insert(last_id_);
        const auto port = static_cast<std::uint16_t>(19998 + 2 * last_id_);
        return media::OpenedStream{media::StreamId{last_id_}, port,
                                   static_cast<std::uint16_t>(port + 1)};
    }
    // Closing answers with StreamClosed at once when `answer_closes`, through the handler.
    bool submit(media::MediaCommand command) override {
        if (refuse_commands) return false;
        commands.push_back(command);
        if (const auto* set = std::get_if<media::SetRemote>(&command); set && hears_peers)
            if (heard_.insert(set->stream.value).second)
                raise(media::FirstPacket{set->stream, set->remote.rtp});
        if (const auto* close = std::get_if<media::CloseStream>(&command)) {
            if (open_.erase(close->stream.value) == 1 && answer_closes)
                raise(media::StreamClosed{close->stream, stats});
        }
        return true;
    }
    media::EngineCounters counters() const override {
        media::EngineCounters result;
        result.streams = open_.size();
        return result;
    }

    // What the media thread would post.
    void raise(media::MediaEvent event) {
        if (handler_) handler_(event);
    }
    void press(media::StreamId stream, char digit) {
        raise(media::DigitReceived{stream, digit, milliseconds(100), media::DigitSource::rfc4733});
    }
    // Ends the newest play of the stream as if it had been heard to the end; false when it never
    // had one.
    bool finish_play(media::StreamId stream) {
        const auto* play = last<media::PlayPrompts>(stream);
        if (play == nullptr) return false;
        milliseconds length{0};
        for (const auto& item : play->items) {
            if (const auto* prompt = std::get_if<media::PromptPtr>(&item))
                length += (*prompt)->duration();
            else
                length += std::get<media::Silence>(item).length;
        }
        raise(media::PlayEnded{stream, play->play, media::PlayEnd::finished, length, {}});
        return true;
    }
    // The newest command of a kind for a stream; null when there was none.
    template <class Command>
    const Command* last(media::StreamId stream) const {
        for (auto it = commands.rbegin(); it != commands.rend(); ++it)
            if (const auto* found = std::get_if<Command>(&*it); found && found->stream == stream)
                return found;
        return nullptr;
    }
    template <class Command>
    std::vector<Command> all() const {
        std::vector<Command> result;
        for (const auto& command : commands)
            if (const auto* found = std::get_if<Command>(&command)) result.push_back(*found);
        return result;
    }
    std::size_t open_streams() const { return open_.size(); }

    std::vector<media::StreamConfig> configs;
    std::vector<media::MediaCommand> commands;
    media::StreamStats stats;  // what StreamClosed says
    bool refuse_streams = false;
    bool refuse_commands = false;
    bool answer_closes = true;
    bool hears_peers = true;  // each sends audio as soon as it is known

  private:
    media::MediaEventHandler handler_;
    std::set<std::uint64_t> open_;
    std::set<std::uint64_t> heard_;
    std::uint64_t last_id_ = 0;
};

}  // namespace skyn3t::test
