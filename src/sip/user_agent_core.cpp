#include "sip/user_agent_core.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "sip/incoming_invite_dialog.hpp"
#include "sip/outgoing_invite_dialog.hpp"

namespace skyn3t::sip {
namespace {

std::string allow_value(const UserAgentConfig& config) {
    std::string allow = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE";
    for (const auto method : config.methods)
        if (method != Method::invite)
            fmt::format_to(std::back_inserter(allow), ", {}", name_of(method));
    return allow;
}

// RFC 5626 §4.4 and older phones: bytes that only keep a NAT's door open.
bool is_keep_alive(std::string_view bytes) {
    if (trim(bytes, std::string_view("\r\n\0 \t", 5)).empty()) return true;
    return static_cast<unsigned char>(bytes.front()) < 4;  // STUN (RFC 7983 §7); not ours to answer
}

std::string summary(const Message& message) {
    const auto method = skyn3t::quoted(message.method_name(), 32);
    if (message.is_request()) return "request " + method;
    return fmt::format("response {} to {}", message.status(), method);
}

}  // namespace

std::string new_tag() { return random_hex(8); }

std::string new_branch() { return "z9hG4bK" + random_hex(12); }

void add_headers(MessageBuilder& message, const ExtraHeaders& headers) {
    for (const auto& header : headers) message.header(header.name, header.value);
}

UserAgentCore::UserAgentCore(TransportLayer& transport, TimerWheel& wheel, UserAgentConfig config,
                             RequestHandler& handler)
    : transport_(transport),
      config_(std::move(config)),
      handler_(handler),
      allow_(allow_value(config_)),
      undertaker_(wheel, [this] { const auto dead = std::exchange(dead_, {}); }),
      layer_({transport, wheel, config_.timers, counters_}, config_.max_server_transactions,
             *this) {
    transport_.set_receiver(this);
}

UserAgentCore::~UserAgentCore() {
    transport_.set_receiver(nullptr);
    for (auto& [tag, dialog] : dialogs_) {
        dialog->orphan();
        if (dialog->is_held()) (void)dialog.release();  // deletes itself with its handle
    }
}

// Receiving

void UserAgentCore::on_received(std::string bytes, const Flow& flow) {
    if (is_keep_alive(bytes)) return;
    if (config_.admits && !config_.admits(flow)) {
        ++counters_.shed;
        return;
    }
    auto message = Message::parse(std::move(bytes));
    if (!message) {
        ++counters_.dropped;
        log::debug("sip message dropped flow=\"{}\" error={}", flow.str(),
                   skyn3t::quoted(message.error().detail));
        return;
    }
    if (spdlog::should_log(spdlog::level::debug))
        log::debug("sip received {} sip_call_id={} flow=\"{}\"", summary(*message),
                   skyn3t::quoted(message->call_id()), flow.str());
    if (message->is_response()) {
        ++counters_.responses_received;
        return layer_.receive(std::move(*message), flow);
    }
    ++counters_.requests_received;
    message->set_source(flow.remote.host(), flow.remote.port);
    if (const auto* defect = message->defect()) {
        log::debug("sip request refused flow=\"{}\" status={} reason={}", flow.str(),
                   defect->status, skyn3t::quoted(defect->reason));
        return respond_stateless(*message, flow, defect->status, defect->reason);
    }
    layer_.receive(std::move(*message), flow);
}

void UserAgentCore::on_connection_closed(const Flow& flow) {
    layer_.on_connection_closed(flow);
    if (config_.connection_closed) config_.connection_closed(flow);
}

void UserAgentCore::on_ack(const Message& ack, const Flow& flow) {
    if (auto* dialog = find_dialog(ack.to_tag())) dialog->receive_ack(ack, flow);
}

void UserAgentCore::on_refused(const Message& request, const Flow& flow) {
    ++counters_.refused_by_limit;
    respond_stateless(request, flow, 503, {});
}

void UserAgentCore::on_request(NewRequest request) {
    const auto tag = request.message.to_tag();
    if (request.message.method() == Method::cancel) return on_cancel(request);
    if (tag.empty()) return on_new(std::move(request));
    if (auto* dialog = find_dialog(tag))
        dialog->receive(std::move(request.message), request.transaction);
    else
        request.transaction.respond_once(refusal(request.message, 481, {}).build());
}

void UserAgentCore::on_cancel(const NewRequest& request) {
    auto* invite = layer_.find_invite(request.message);
    if (invite == nullptr)
        return request.transaction.respond_once(refusal(request.message, 481, {}).build());
    // RFC 3261 §9.2: the same To tag as the INVITE's, which SIPp takes for the dialog's.
    respond(request.transaction, request.message, 200, {}, invite->to_tag());
    if (invite->user() != nullptr) invite->user()->on_canceled(request.message);
}

void UserAgentCore::on_new(NewRequest request) {
    if (refuse(request)) return;
    if (request.message.method() == Method::options)
        return answer_options(request.transaction, request.message, {});
    handler_.on_request(
        IncomingRequest(std::move(request.message), request.transaction, config_.product));
}

// Dialogs

DialogSession* UserAgentCore::find_dialog(std::string_view local_tag) const {
    const auto found = dialogs_.find(local_tag);
    return found == dialogs_.end() ? nullptr : found->second.get();
}

InviteDialogHandle UserAgentCore::own(std::unique_ptr<DialogSession> dialog) {
    InviteDialogHandle handle(dialog.get());
    const auto& tag = dialog->local_tag();
    dialogs_.emplace(tag, std::move(dialog));
    return handle;
}

InviteDialogHandle UserAgentCore::take_invite(IncomingRequest request,
                                              InviteDialogObserver& observer) {
    if (!request.is_open()) return nullptr;
    auto dialog = Dialog::from_request(request.message(), new_tag(), request.flow());
    if (!dialog) {
        request.respond(400, dialog.error().detail);
        return nullptr;
    }
    auto& transaction = *std::exchange(request.transaction_, nullptr);
    return own(std::make_unique<IncomingInviteDialog>(*this, observer, std::move(*dialog),
                                                      std::move(request.message_), transaction));
}

InviteDialogHandle UserAgentCore::invite(OutgoingInvite invite, InviteDialogObserver& observer) {
    auto dialog = std::make_unique<OutgoingInviteDialog>(*this, observer, std::move(invite));
    auto& started = *dialog;
    auto handle = own(std::move(dialog));
    started.start();
    return handle;
}

void UserAgentCore::remove(DialogSession& dialog) {
    const auto found = dialogs_.find(dialog.local_tag());
    if (found == dialogs_.end() || found->second.get() != &dialog) return;
    // It may be in a call of its own: destroyed a moment later.
    dead_.push_back(std::move(found->second));
    dialogs_.erase(found);
    if (!undertaker_.is_running()) undertaker_.start_after(std::chrono::milliseconds::zero());
}

UserAgentSize UserAgentCore::size() const {
    return {dialogs_.size(), layer_.servers(), layer_.clients(), transport_.connections(),
            transport_.datagrams_lost()};
}

std::vector<std::string> UserAgentCore::dump() const {
    std::vector<std::string> lines;
    for (const auto& [tag, dialog] : dialogs_) lines.push_back(dialog->describe());
    layer_.dump(lines);
    if (const auto open = transport_.connections(); open > 0)
        lines.push_back(fmt::format("{} connections", open));
    return lines;
}

}  // namespace skyn3t::sip
