#pragma once

#include <asio/any_io_executor.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "call/directory.hpp"
#include "call/ports.hpp"
#include "server/fair_share.hpp"
#include "server/http_transport.hpp"
#include "speech/prompt_library.hpp"

namespace skyn3t::server {

// What a Say asks for, in speech's terms.
[[nodiscard]] speech::SayRequest say_request(const twiml::Say& say, const std::string& community);
// The name in {base_url}/recordings/{CODE}/{NAME}.wav, when it is a recording of this community.
[[nodiscard]] std::optional<std::string> own_recording_name(std::string_view url,
                                                            const std::string& base_url,
                                                            const std::string& community);
// Everything that a community's documents can say, with the recordings that may stand in.
[[nodiscard]] std::vector<speech::PublishedPrompt> prompts_of(const twiml::CommunityIvr& community);

// Sounds for calls, from the prompt library and over HTTP. On the signalling thread.
class Prompts final : public call::PromptSource {
  public:
    // Sounds of one community that are fetched at a time; more are refused.
    static constexpr std::size_t kMostOfOne = 16;

    // `base_url` is our own: a Play of {base_url}/recordings/{CODE}/{NAME}.wav is a recording of
    // that community.
    Prompts(asio::any_io_executor executor, speech::PromptLibrary& library, HttpTransport transport,
            std::string base_url);

    media::PromptPtr find(const twiml::Say& say, const std::string& community) override;
    void render(const twiml::Say& say, const std::string& community, Answer answer) override;
    void fetch_sound(const std::string& url, const std::string& community, Answer answer) override;
    void decode_sound(const std::string& bytes, Answer answer) override;

  private:
    speech::PromptLibrary::Callback posted(Answer answer) const;
    void render_file(std::string bytes, Answer answer);

    asio::any_io_executor executor_;
    speech::PromptLibrary& library_;
    HttpTransport transport_;
    std::string base_url_;
    FairShare<std::string> on_their_way_{kMostOfOne};  // by the community's code
};

}  // namespace skyn3t::server
