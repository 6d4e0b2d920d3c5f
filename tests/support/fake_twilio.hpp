#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "http/form.hpp"
#include "twilio/client.hpp"
#include "twilio/transport.hpp"

namespace skyn3t::test {

// A small Twilio in memory: domains, lists, credentials, mappings and numbers by Twilio's rules
// (rest-api.md, 3 and 4), two to a page, with faults to order.
class FakeTwilio final : public twilio::Transport {
  public:
    using Json = nlohmann::json;
    enum class Fault {
        too_many,      // 429, not processed
        broken,        // 500, not processed
        lost_request,  // no answer, not processed
        lost_answer    // no answer, and yet processed
    };

    static constexpr const char* kAccount = "AC00000000000000000000000000000001";

    // The request with this index (from 0, over the fake's life) meets the fault.
    void fail_request(std::size_t index, Fault fault) { faults_[index] = fault; }
    void fail_next(Fault fault) { faults_[requests_.size()] = fault; }
    // Every write that matches is refused: {"POST", "/IncomingPhoneNumbers"}.
    void refuse(std::string method, std::string part, int status, int code) {
        refusals_.push_back({std::move(method), std::move(part), status, code});
    }
    void allow_all() { refusals_.clear(); }

    // "POST /SIP/CredentialLists.json FriendlyName=..."; passwords as they were sent.
    const std::vector<std::string>& requests() const { return requests_; }
    std::vector<std::string> writes() const {
        std::vector<std::string> found;
        for (const auto& each : requests_)
            if (!each.starts_with("GET ")) found.push_back(each);
        return found;
    }
    void forget_requests() {
        requests_.clear();
        faults_.clear();
    }

    // sid to properties, with "password" in a credential.
    std::map<std::string, Json> domains, lists, credentials, numbers;
    // "SD.../Calls", "SD.../Registrations" or "SD.../Addresses" to list SIDs.
    std::map<std::string, std::vector<std::string>> mappings;
    // Of the next call that is placed, and how many there were.
    std::string call_status = "queued";
    std::vector<http::Params> calls{};
    std::vector<std::string> buyable{};  // numbers that a POST may make; empty: any

    Json* find(std::map<std::string, Json>& kind, const char* field, const std::string& value) {
        for (auto& [sid, json] : kind)
            if (json[field] == value) return &json;
        return nullptr;
    }

    Result<twilio::Response> send(const twilio::Request& request) override {
        const std::lock_guard lock(mutex_);
        std::optional<Fault> fault;
        if (const auto found = faults_.find(requests_.size()); found != faults_.end())
            fault = found->second;
        note(request);
        if (fault == Fault::too_many) return error(429, 20429, "Too many concurrent requests");
        if (fault == Fault::broken) return error(500, 20500, "Internal");
        if (fault == Fault::lost_request) return fail(Errc::timeout, "no answer");
        auto answer = handle(request);
        if (fault == Fault::lost_answer) return fail(Errc::timeout, "no answer");
        return answer;
    }

  private:
    struct Refusal {
        std::string method, part;
        int status, code;
    };

    void note(const twilio::Request& request) {
        std::string text = request.method + " " + short_path(request.path);
        if (!request.form.empty()) text += " " + http::encode_form(request.form);
        requests_.push_back(std::move(text));
    }
    static std::string short_path(const std::string& path) {
        const std::string prefix = std::string("/2010-04-01/Accounts/") + kAccount;
        return path.starts_with(prefix) ? path.substr(prefix.size()) : path;
    }
    static Result<twilio::Response> error(int status, int code, const std::string& message) {
        return twilio::Response{
            status,
            {},
            Json{{"status", status}, {"code", code}, {"message", message}, {"more_info", ""}}
                .dump()};
    }
    static Result<twilio::Response> gone() { return error(404, 20404, "was not found"); }
    static Result<twilio::Response> answer(int status, const Json& body) {
        return twilio::Response{status, {}, body.dump()};
    }
    std::string new_sid(const char* prefix) {
        std::string digits = std::to_string(++made_);
        return prefix + std::string(32 - digits.size(), '0') + digits;
    }

    // Without ".json" and the query: {"SIP", "Domains", "SD...", ...}.
    static std::vector<std::string> split(std::string path) {
        path = path.substr(0, path.find('?'));
        if (path.ends_with(".json")) path.resize(path.size() - 5);
        std::vector<std::string> parts;
        for (std::size_t at = 1; at <= path.size();) {
            const auto end = std::min(path.find('/', at), path.size());
            parts.push_back(path.substr(at, end - at));
            at = end + 1;
        }
        return parts;
    }

    Result<twilio::Response> handle(const twilio::Request& request) {
        for (const auto& each : refusals_)
            if (request.method == each.method && request.path.find(each.part) != std::string::npos)
                return error(each.status, each.code, "refused");
        const std::string path = short_path(request.path);
        const auto parts = split(path);
        if (parts[0] == "IncomingPhoneNumbers") return number(request, parts);
        if (parts[0] == "Calls") return call(request);
        if (parts.size() < 2) return gone();
        if (parts[1] == "CredentialLists") {
            if (parts.size() > 3) return credential(request, parts);
            return list(request, parts);
        }
        if (parts.size() > 4) return mapping(request, parts);
        return domain(request, parts);
    }

    // Two to a page, as next_page_uri.
    Result<twilio::Response> page(const twilio::Request& request, const char* key,
                                  const std::vector<Json>& items) {
        std::size_t first = 0;
        const auto at = request.path.find("PageToken=");
        if (at != std::string::npos) first = std::stoul(request.path.substr(at + 10));
        Json body{{key, Json::array()}, {"next_page_uri", nullptr}};
        for (std::size_t i = first; i < std::min(first + 2, items.size()); ++i) {
            Json shown = items[i];
            shown.erase("password");
            body[key].push_back(std::move(shown));
        }
        if (first + 2 < items.size())
            body["next_page_uri"] = request.path.substr(0, request.path.find('?')) +
                                    "?PageToken=" + std::to_string(first + 2);
        return answer(200, body);
    }
    static std::vector<Json> values(const std::map<std::string, Json>& kind) {
        std::vector<Json> all;
        for (const auto& [sid, json] : kind) all.push_back(json);
        return all;
    }
    static void take(Json& json, const http::Params& form,
                     const std::map<std::string, std::string>& fields) {
        for (const auto& [name, value] : form)
            if (const auto field = fields.find(name); field != fields.end())
                json[field->second] = value;
    }

    Result<twilio::Response> domain(const twilio::Request& request,
                                    const std::vector<std::string>& parts) {
        static const std::map<std::string, std::string> kFields{
            {"DomainName", "domain_name"},
            {"FriendlyName", "friendly_name"},
            {"VoiceUrl", "voice_url"},
            {"VoiceMethod", "voice_method"},
            {"VoiceStatusCallbackUrl", "voice_status_callback_url"}};
        const auto registration = [&](Json& json) {
            if (const auto flag = request.form.find("SipRegistration"))
                json["sip_registration"] = *flag == "true";
        };
        if (parts.size() == 2) {
            if (request.method == "GET") return page(request, "domains", values(domains));
            const std::string name(request.form.find("DomainName").value_or(""));
            if (find(domains, "domain_name", name)) return error(400, 21232, "domain in use");
            Json made{{"sid", new_sid("SD")},  {"sip_registration", false},
                      {"voice_url", nullptr},  {"voice_method", "POST"},
                      {"friendly_name", name}, {"voice_status_callback_url", nullptr}};
            take(made, request.form, kFields);
            registration(made);
            domains[made["sid"]] = made;
            return answer(201, made);
        }
        const auto found = domains.find(parts[2]);
        if (found == domains.end()) return gone();
        if (request.method == "DELETE") {
            domains.erase(found);
            return twilio::Response{204, {}, ""};
        }
        if (request.method == "POST") {
            take(found->second, request.form, kFields);
            registration(found->second);
        }
        return answer(200, found->second);
    }

    bool is_mapped(const std::string& list_sid) const {
        return std::any_of(mappings.begin(), mappings.end(), [&](const auto& each) {
            return std::count(each.second.begin(), each.second.end(), list_sid) > 0;
        });
    }

    Result<twilio::Response> list(const twilio::Request& request,
                                  const std::vector<std::string>& parts) {
        if (parts.size() == 2) {
            if (request.method == "GET") return page(request, "credential_lists", values(lists));
            const std::string name(request.form.find("FriendlyName").value_or(""));
            if (find(lists, "friendly_name", name)) return error(400, 21240, "already exists");
            Json made{{"sid", new_sid("CL")}, {"friendly_name", name}};
            lists[made["sid"]] = made;
            return answer(201, made);
        }
        const auto found = lists.find(parts[2]);
        if (found == lists.end()) return gone();
        if (request.method == "DELETE") {
            if (is_mapped(parts[2])) return error(400, 21241, "mapped");
            lists.erase(found);
            std::erase_if(credentials, [&](const auto& each) {
                return each.second["credential_list_sid"] == parts[2];
            });
            return twilio::Response{204, {}, ""};
        }
        if (request.method == "POST")
            take(found->second, request.form, {{"FriendlyName", "friendly_name"}});
        return answer(200, found->second);
    }

    Result<twilio::Response> credential(const twilio::Request& request,
                                        const std::vector<std::string>& parts) {
        if (!lists.contains(parts[2])) return gone();
        std::vector<Json> here;
        for (const auto& [sid, json] : credentials)
            if (json["credential_list_sid"] == parts[2]) here.push_back(json);
        if (parts.size() == 4) {
            if (request.method == "GET") return page(request, "credentials", here);
            const std::string name(request.form.find("Username").value_or(""));
            for (const Json& each : here)
                if (each["username"] == name) return error(400, 21240, "already exists");
            Json made{{"sid", new_sid("CR")},
                      {"username", name},
                      {"credential_list_sid", parts[2]},
                      {"date_updated", "change " + std::to_string(made_)},
                      {"password", std::string(request.form.find("Password").value_or(""))}};
            credentials[made["sid"]] = made;
            return answer(201, made);
        }
        const auto found = credentials.find(parts[4]);
        if (found == credentials.end()) return gone();
        if (request.method == "DELETE") {
            credentials.erase(found);
            return twilio::Response{204, {}, ""};
        }
        if (request.method == "POST") {
            take(found->second, request.form, {{"Password", "password"}});
            found->second["date_updated"] = "change " + std::to_string(++made_);
        }
        Json shown = found->second;
        shown.erase("password");
        return answer(200, shown);
    }

    Result<twilio::Response> mapping(const twilio::Request& request,
                                     const std::vector<std::string>& parts) {
        if (!domains.contains(parts[2])) return gone();
        const bool is_addresses = parts[5] == "IpAccessControlListMappings";
        auto& mapped = mappings[parts[2] + "/" + (is_addresses ? "Addresses" : parts[4])];
        if (parts.size() == 6) {
            if (request.method == "GET") {
                std::vector<Json> items;
                for (const auto& sid : mapped)
                    items.push_back({{"sid", sid},
                                     {"friendly_name",
                                      is_addresses ? Json(sid) : lists[sid]["friendly_name"]}});
                return page(request, "contents", items);
            }
            const std::string sid(request.form.find("CredentialListSid").value_or(""));
            if (!lists.contains(sid)) return error(400, 21231, "no such list");
            if (std::count(mapped.begin(), mapped.end(), sid) > 0)
                return error(400, 21231, "mapped already");
            mapped.push_back(sid);
            return answer(201, {{"sid", sid}});
        }
        if (std::erase(mapped, parts[6]) == 0) return gone();
        return twilio::Response{204, {}, ""};
    }

    Result<twilio::Response> call(const twilio::Request& request) {
        if (request.form.has("To")) calls.push_back(request.form);
        if (request.form.has("Status")) call_status = "completed";
        return answer(request.method == "GET" ? 200 : 201,
                      {{"sid", "CA" + std::string(32, '1')}, {"status", call_status}});
    }

    Result<twilio::Response> number(const twilio::Request& request,
                                    const std::vector<std::string>& parts) {
        static const std::map<std::string, std::string> kFields{
            {"FriendlyName", "friendly_name"},
            {"VoiceUrl", "voice_url"},
            {"VoiceMethod", "voice_method"},
            {"StatusCallback", "status_callback"},
            {"VoiceApplicationSid", "voice_application_sid"},
            {"TrunkSid", "trunk_sid"}};
        if (parts.size() == 1) {
            if (request.method == "GET") {
                auto all = values(numbers);
                if (const auto wanted = request.query.find("PhoneNumber"))
                    std::erase_if(all, [&](const Json& each) {
                        return each["phone_number"].get<std::string>().find(*wanted) ==
                               std::string::npos;
                    });
                return page(request, "incoming_phone_numbers", all);
            }
            const std::string name(request.form.find("PhoneNumber").value_or(""));
            if (find(numbers, "phone_number", name) ||
                (!buyable.empty() && std::count(buyable.begin(), buyable.end(), name) == 0))
                return error(400, 21422, "not available");
            Json made{{"sid", new_sid("PN")},   {"phone_number", name},
                      {"friendly_name", name},  {"voice_url", nullptr},
                      {"voice_method", "POST"}, {"status_callback", nullptr}};
            take(made, request.form, kFields);
            numbers[made["sid"]] = made;
            return answer(201, made);
        }
        const auto found = numbers.find(parts[1]);
        if (found == numbers.end()) return gone();
        if (request.method == "DELETE") {
            numbers.erase(found);
            return twilio::Response{204, {}, ""};
        }
        if (request.method == "POST") take(found->second, request.form, kFields);
        return answer(200, found->second);
    }

    std::mutex mutex_;
    std::vector<std::string> requests_;
    std::map<std::size_t, Fault> faults_;
    std::vector<Refusal> refusals_;
    unsigned made_ = 0;
};

}  // namespace skyn3t::test
