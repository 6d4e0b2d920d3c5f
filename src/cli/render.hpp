#pragma once

#include <string>

#include "cli/environment.hpp"
#include "cli/json.hpp"
#include "provision/finding.hpp"

// The API's answers as people read them. Pure: text from JSON.
namespace skyn3t::cli {

struct Style {
    Lang lang = Lang::es;
    bool has_colour = false;
    std::size_t width = 0;  // a table may be that wide; 0: as wide as it likes
    const char* say(const char* es, const char* en) const { return lang == Lang::en ? en : es; }
};

[[nodiscard]] std::string render_calls(const Json& calls, const Style& style);
// Wrong users and passwords of the last day; empty when there are none.
[[nodiscard]] std::string render_failed_logins(const Json& failures, const Style& style);
[[nodiscard]] std::string render_registrations(const Json& registrations, const Style& style);
// The phones that cannot be called now, of one community or of all; empty when there is none.
[[nodiscard]] std::string render_offline(const Json& communities, const std::string& code,
                                         const Style& style);
[[nodiscard]] std::string render_communities(const Json& communities, const Style& style);
[[nodiscard]] std::string render_community(const Json& community, const Style& style);
// The phones whose old password is still good; empty: none.
[[nodiscard]] std::string render_old_passwords(const Json& community, const Style& style);
[[nodiscard]] std::string render_secrets(const Json& secrets, const Style& style);
[[nodiscard]] std::string render_recordings(const Json& recordings, const Style& style);
[[nodiscard]] std::string render_documents(const Json& documents, const Style& style);
[[nodiscard]] std::string render_document(const Json& document, const Style& style);
[[nodiscard]] std::string render_blocks(const Json& blocks, const Style& style);
[[nodiscard]] std::string render_findings(const Json& findings, const Style& style);
// What would change or has changed, and which phones somebody must go to. What does not change is
// counted, and named when wanted.
enum class Untouched { counted, named };
[[nodiscard]] std::string render_plan(const Json& changes, const Style& style,
                                      Untouched untouched = Untouched::counted);
// Removed communities that can be had back.
[[nodiscard]] std::string render_removed(const Json& communities, const Style& style);
// Where a community stands between Twilio and this server, and what comes next.
[[nodiscard]] std::string render_migration(const Json& migration, const Style& style);
// One line of a verification's checklist.
[[nodiscard]] std::string render_check(const Json& check, const Style& style);

// "completada", "ocupado", ...
[[nodiscard]] std::string status_word(const std::string& status, const Style& style);
// The code of a call's community; a dash for a call to a number that nobody owns, or when the
// community has been removed.
[[nodiscard]] std::string community_of(const Json& call);
// "2026-11-22 10:15:02", in the reader's time zone, of an RFC 2822 date; the text itself when it is
// none.
[[nodiscard]] std::string local_time(const std::string& date);

}  // namespace skyn3t::cli
