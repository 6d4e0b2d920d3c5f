#pragma once

#include <optional>
#include <string>
#include <variant>

#include "base/task.hpp"
#include "twiml/call_control.hpp"

namespace skyn3t::twiml {

struct DocumentAddress {
    std::string url;  // absolute
    Method method = Method::post;
};
// A document that is at hand. Without a base URL, relative addresses in it are errors (15004,
// 11100).
struct InlineDocument {
    std::string xml;
    std::optional<std::string> base_url;
};

struct StartingPoint {
    std::variant<DocumentAddress, InlineDocument> document;
    std::optional<DocumentAddress> fallback;  // for every document of the call
};

enum class Ended {
    by_document,  // its end: hang_up() was called
    by_hangup,    // Hangup: so it was
    rejected,     // reject() was called
    by_error,     // no document could be had: the caller heard an announcement; the owner hangs up
    call_over,    // the call ended or was taken away: nothing was called
};

// Guards against redirect loops: documents in a row that let no time pass, and that let some pass
// without anything to hear.
inline constexpr unsigned kMaxSilentDocuments = 50;
inline constexpr unsigned kMaxIdleDocuments = 1000;

// Runs documents on a call until it ends. Starts and ends on the signalling thread; `call` must
// outlive it.
[[nodiscard]] Task<Ended> run(CallControl& call, StartingPoint start);

// What a caller hears when no document could be had, for rendering it beforehand.
[[nodiscard]] Say application_error_announcement();

}  // namespace skyn3t::twiml
