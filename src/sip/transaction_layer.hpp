#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/timer_wheel.hpp"
#include "sip/answered_requests.hpp"
#include "sip/client_transaction.hpp"
#include "sip/counters.hpp"
#include "sip/message.hpp"
#include "sip/reply_path.hpp"
#include "sip/server_transaction.hpp"
#include "sip/timer_values.hpp"
#include "sip/transport_layer.hpp"

namespace skyn3t::sip {

// Lets a table of strings be searched by a view.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>{}(text);
    }
};

// Who gets the requests that belong to no transaction yet.
class TransactionLayerUser {
  public:
    struct NewRequest {
        Message message;
        ServerTransaction& transaction;
        // The same request is here already, by another way (RFC 3261 §8.2.2.2).
        bool is_merged = false;
    };
    virtual void on_request(NewRequest request) = 0;
    // The ACK of a 2xx. It has no transaction.
    virtual void on_ack(const Message& ack, const Flow& flow) = 0;
    // Whether it may use the room that is kept for those whom we know.
    [[nodiscard]] virtual bool is_known_source(const Flow&) const { return true; }
    // There are too many transactions to take this one.
    virtual void on_refused(const Message& request, const Flow& flow) = 0;

  protected:
    ~TransactionLayerUser() = default;
};

// All transactions (RFC 3261 §17, RFC 6026), found by hash. Signalling thread.
class TransactionLayer {
  public:
    struct Environment {
        TransportLayer& transport;
        TimerWheel& wheel;
        const TimerValues& timers;
        UserAgentCounters& counters;
    };
    TransactionLayer(const Environment& environment, std::size_t max_server,
                     TransactionLayerUser& user);
    ~TransactionLayer();
    TransactionLayer(const TransactionLayer&) = delete;
    TransactionLayer& operator=(const TransactionLayer&) = delete;

    // A message without defect, its source set.
    void receive(Message message, const Flow& flow);
    void on_connection_closed(const Flow& flow);

    // Starts a client transaction; `branch` is that of the request's Via.
    ClientTransaction& send(Method method, std::string_view branch, const Flow& flow,
                            std::string request, ClientTransactionUser* user);
    // The INVITE that a CANCEL means; null when there is none.
    [[nodiscard]] ServerTransaction* find_invite(const Message& cancel);

    [[nodiscard]] std::size_t servers() const { return servers_.size() + answered_.size(); }
    [[nodiscard]] std::size_t clients() const { return clients_.size(); }
    void dump(std::vector<std::string>& lines) const;

    // For the transactions.
    bool transmit(const Flow& flow, std::string_view bytes);
    void reply(const ReplyPath& path, std::string_view bytes);
    void retire(ServerTransaction& transaction);
    // Retires it, and from here on answers copies of its request with this response.
    void retire_answered(ServerTransaction& transaction, const Flow& flow,
                         std::string_view response);
    void retire(ClientTransaction& transaction);
    [[nodiscard]] TimerWheel& wheel() { return environment_.wheel; }
    [[nodiscard]] const TimerValues& timers() const { return environment_.timers; }
    [[nodiscard]] UserAgentCounters& counters() { return environment_.counters; }

  private:
    template <class T>
    using Table = std::unordered_map<std::string, std::unique_ptr<T>, TextHash, std::equal_to<>>;

    void receive_request(Message message, const Flow& flow);
    void receive_response(const Message& message);
    void start_server(Message message, const Flow& flow);
    [[nodiscard]] bool has_room_for(const Flow& flow) const;
    [[nodiscard]] std::string_view server_key(const Message& request, std::string_view method);
    [[nodiscard]] std::string_view client_key(std::string_view branch, std::string_view method);
    void bury();
    void forget_answered();

    Environment environment_;
    std::size_t max_servers_;
    TransactionLayerUser& user_;
    Table<ServerTransaction> servers_;
    Table<ClientTransaction> clients_;
    AnsweredRequests answered_;
    Timer forget_answered_;  // set to the oldest one's end
    // What makes two requests the same one (Call-ID, From tag, CSeq), hashed, of every server
    // transaction in servers_.
    std::unordered_set<std::uint64_t> merge_keys_;
    std::string scratch_;  // keys are built here, so that a look-up allocates nothing
    // A transaction may end within its own call, so it is destroyed a moment later.
    std::vector<std::unique_ptr<ServerTransaction>> dead_servers_;
    std::vector<std::unique_ptr<ClientTransaction>> dead_clients_;
    Timer undertaker_;
};

}  // namespace skyn3t::sip
