#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "sip/user_agent.hpp"
#include "support/sip_peer.hpp"

namespace skyn3t::test {

// Writes down what an observer of a dialog is told: "progress 180", "answered", "ended bye".
class RecordingObserver final : public sip::InviteDialogObserver {
  public:
    std::vector<std::string> told;
    std::function<void(const sip::Message&)> when_offered;  // instead of leaving it open
    std::function<void()> when_told;                        // after every call

    std::vector<std::string> take() { return std::exchange(told, {}); }

    void on_progress(const sip::Message& response) override {
        note("progress " + std::to_string(response.status()) + body(response));
    }
    void on_answered(const sip::Message& response) override { note("answered" + body(response)); }
    void on_acknowledged(const sip::Message& ack) override { note("acknowledged" + body(ack)); }
    void on_offer(const sip::Message& request) override {
        note("offer" + body(request));
        if (when_offered) when_offered(request);
    }
    void on_offer_answered(const sip::Message& message) override {
        const auto status = message.is_response() ? std::to_string(message.status()) : "ACK";
        note("offer answered " + status + body(message));
    }
    void on_info(const sip::Message& request) override {
        note("info " + std::string(request.body()));
    }
    void on_refer(const sip::Message& request) override {
        note("refer " + std::string(request.first(sip::HeaderId::refer_to).value_or("")));
    }
    void on_ended(const sip::Ending& ending) override {
        auto line = "ended " + std::string(name_of(ending.cause));
        if (ending.status != 0) line += " " + std::to_string(ending.status);
        note(line);
    }

  private:
    static std::string body(const sip::Message& message) {
        return message.body().empty() ? "" : " [" + std::string(message.body()) + "]";
    }
    void note(std::string line) {
        told.push_back(std::move(line));
        if (when_told) when_told();
    }
};

// Keeps the requests that it is given, for the test to answer.
class KeepingHandler final : public sip::RequestHandler {
  public:
    std::deque<sip::IncomingRequest> requests;
    void on_request(sip::IncomingRequest request) override {
        requests.push_back(std::move(request));
    }
};

// A user agent at 192.0.2.1:5060 and a peer at 198.51.100.7:5060 on simulated time. At the end of
// every test nothing may be alive.
class UserAgentTest : public ::testing::Test {
  protected:
    static inline const auto kOurs = sip::Endpoint::v4(192, 0, 2, 1, 5060);
    static inline const auto kPeer = sip::Endpoint::v4(198, 51, 100, 7, 5060);

    FakeLoop loop;
    FakeNetwork network{loop};
    FakeTransport transport{network, kOurs};
    KeepingHandler handler;
    SipPeer peer{loop, network, kPeer};
    RecordingObserver observer;
    std::unique_ptr<sip::UserAgent> agent = make_agent({});

    std::unique_ptr<sip::UserAgent> make_agent(sip::UserAgentConfig config) {
        return std::make_unique<sip::UserAgent>(transport, loop.wheel, std::move(config), handler);
    }
    void peer_sends(std::string text) { peer.send(kOurs, std::move(text)); }
    void run_ms(int ms) { loop.run_for(std::chrono::milliseconds(ms)); }

    // All that was left has run out, and nothing is alive.
    void expect_nothing_left() {
        loop.run_for(std::chrono::seconds(200));
        EXPECT_EQ(agent->size(), (sip::UserAgentSize{})) << ::testing::PrintToString(agent->dump());
        EXPECT_EQ(loop.wheel.running(), 0u);
    }
};

}  // namespace skyn3t::test
