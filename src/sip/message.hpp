#pragma once

#include <chrono>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sip/header.hpp"
#include "sip/uri.hpp"

namespace skyn3t::sip {

struct MessageLimits {
    static constexpr std::size_t kBytes = 64 * 1024;
    static constexpr std::size_t kHeaders = 256;
    static constexpr std::size_t kVias = 70;  // as many as Max-Forwards allows hops
};

// What is wrong with a request that can still be answered: the status to answer and why.
struct Defect {
    int status = 400;
    std::string reason;  // fit for the reason phrase: "Bad CSeq header field"
};

// A request or a response as it came, with its fields as offsets into its text. Two allocations,
// whatever the number of fields; what is asked for is parsed when asked. Views it gives live as
// long as it does and stay where they are. A plain value, of whichever thread holds it.
class Message {
  public:
    // One datagram, or one frame of a stream. Octets after Content-Length are ignored. Error:
    // cannot be answered, to be dropped - no start line, no readable Via, or any response that is
    // wrong. A request that can be answered, but is wrong, comes with its defect().
    [[nodiscard]] static Result<Message> parse(std::string text);

    Message(Message&&) noexcept = default;
    Message& operator=(Message&&) noexcept = default;
    [[nodiscard]] Message clone() const { return *this; }

    // The first fault found, in the order: start line, version, structure, mandatory fields, single
    // fields.
    [[nodiscard]] const Defect* defect() const { return defect_ ? &*defect_ : nullptr; }

    [[nodiscard]] bool is_request() const { return status_ == 0; }
    [[nodiscard]] bool is_response() const { return status_ != 0; }
    // Of a response: what its CSeq says.
    [[nodiscard]] Method method() const { return method_; }
    [[nodiscard]] std::string_view method_name() const { return view(method_name_); }
    [[nodiscard]] std::string_view request_uri() const { return view(request_uri_); }
    [[nodiscard]] int status() const { return status_; }  // 100-699; 0 for a request
    [[nodiscard]] std::string_view reason() const { return view(reason_); }

    [[nodiscard]] std::string_view text() const { return text_; }
    [[nodiscard]] std::string_view body() const { return view(body_); }

    // The first field's whole value, trimmed and unfolded.
    [[nodiscard]] std::optional<std::string_view> first(HeaderId id) const;
    [[nodiscard]] std::optional<std::string_view> first(std::string_view name) const;
    [[nodiscard]] bool has(HeaderId id) const { return first(id).has_value(); }
    [[nodiscard]] std::size_t count(HeaderId id) const;

    // Fields in their order: for (std::size_t i = 0; i < m.field_count(); ++i) m.field(i)...
    struct Field {
        HeaderId id;
        std::string_view name;  // as written, compact or not
        std::string_view value;
    };
    [[nodiscard]] std::size_t field_count() const { return fields_.size(); }
    [[nodiscard]] Field field(std::size_t index) const;

    // Every value of a list field over all its lines (Via, Contact, Route, Supported, Allow ...),
    // commas taken apart outside quotes and angle brackets; empty values are left out.
    class Values;
    [[nodiscard]] Values values(HeaderId id) const;
    // Whether a list of tokens has this one, without case (Supported, Require, Allow).
    [[nodiscard]] bool lists(HeaderId id, std::string_view token) const;

    // The mandatory fields (RFC 3261 §8.1.1). On a message without defect() these cannot fail.
    [[nodiscard]] Result<Via> top_via() const;
    [[nodiscard]] Result<NameAddr> from() const;
    [[nodiscard]] Result<NameAddr> to() const;
    [[nodiscard]] Result<CSeq> cseq() const;
    [[nodiscard]] std::string_view call_id() const;
    [[nodiscard]] std::string_view from_tag() const;  // empty when absent
    [[nodiscard]] std::string_view to_tag() const;    // empty when absent
    [[nodiscard]] std::optional<std::uint8_t> max_forwards() const;
    [[nodiscard]] std::optional<std::chrono::seconds> expires()
        const;  // the field, not Contact's parameter

    // Notes the source of a received request, so that responses carry `received` and `rport` in the
    // top Via (RFC 3261 §18.2.1, RFC 3581 §4). An IPv6 address without brackets.
    void set_source(std::string_view address, std::uint16_t port);
    // The top Via as a response must copy it; the value as it came when no source was set.
    [[nodiscard]] std::string stamped_top_via() const;

  private:
    friend class MessageParser;
    friend class MessageBuilder;
    struct Span {
        std::uint32_t offset = 0;
        std::uint32_t size = 0;
    };
    struct FieldSpan {
        Span name;
        Span value;
        HeaderId id = HeaderId::other;
    };

    Message() = default;
    Message(const Message&) = default;
    [[nodiscard]] std::string_view view(Span span) const {
        return {text_.data() + span.offset, span.size};
    }
    void append_stamped_top_via(std::string& out) const;

    std::string text_;
    std::vector<FieldSpan> fields_;
    Span method_name_, request_uri_, reason_, body_;
    Method method_ = Method::other;
    int status_ = 0;
    std::optional<Defect> defect_;
    std::string source_address_;
    std::uint16_t source_port_ = 0;
};

// for (std::string_view value : message.values(HeaderId::contact)) ...
class Message::Values {
  public:
    class Iterator {
      public:
        using iterator_category = std::input_iterator_tag;
        using value_type = std::string_view;
        using difference_type = std::ptrdiff_t;
        using pointer = const std::string_view*;
        using reference = std::string_view;

        Iterator() = default;
        Iterator(const Message* message, HeaderId id) : message_(message), id_(id) { advance(); }
        std::string_view operator*() const { return value_; }
        Iterator& operator++() {
            advance();
            return *this;
        }
        void operator++(int) { advance(); }
        bool operator==(std::default_sentinel_t) const { return message_ == nullptr; }

      private:
        void advance();
        const Message* message_ = nullptr;  // null at the end
        HeaderId id_ = HeaderId::other;
        std::size_t next_field_ = 0;
        std::string_view rest_;
        std::string_view value_;
    };

    Values(const Message& message, HeaderId id) : message_(&message), id_(id) {}
    [[nodiscard]] Iterator begin() const { return {message_, id_}; }
    [[nodiscard]] static std::default_sentinel_t end() { return {}; }
    [[nodiscard]] bool empty() const { return begin() == end(); }
    [[nodiscard]] std::size_t size() const;

  private:
    const Message* message_;
    HeaderId id_;
};

[[nodiscard]] std::string_view default_reason(int status);

// Writes one message into one string. No value can add a line: CR, LF and NUL become spaces, in a
// Request-URI they and blanks are escaped, and a field whose name is no token is left out.
class MessageBuilder {
  public:
    [[nodiscard]] static MessageBuilder request(Method method, std::string_view request_uri);
    [[nodiscard]] static MessageBuilder request(std::string_view method,
                                                std::string_view request_uri);
    // RFC 3261 §8.2.6.2: Via (all, the top one stamped with the source), From, To, Call-ID, CSeq,
    // and Timestamp in a 100. `to_tag` is added when the To has none and it is not empty. Empty
    // `reason`: the standard's.
    [[nodiscard]] static MessageBuilder response_to(const Message& request, int status,
                                                    std::string_view reason = {},
                                                    std::string_view to_tag = {});

    MessageBuilder& header(HeaderId id, std::string_view value);
    MessageBuilder& header(HeaderId id, std::uint64_t number);
    MessageBuilder& header(std::string_view name, std::string_view value);
    // Every line of this field, as it stands there (Record-Route into a response, RFC 3261
    // §12.1.1).
    MessageBuilder& copy(const Message& from, HeaderId id);
    // Once, last: Content-Type, Content-Length and the body.
    [[nodiscard]] std::string body(std::string_view content_type, std::string_view body);
    // Without a body: Content-Length 0.
    [[nodiscard]] std::string build();

  private:
    MessageBuilder() = default;
    void append_clean(std::string_view value);
    std::string text_;
};

}  // namespace skyn3t::sip
