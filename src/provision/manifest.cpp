#include "provision/manifest.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "model/migration.hpp"
#include "model/password.hpp"
#include "provision/csv_tree.hpp"
#include "provision/messages.hpp"
#include "provision/suggestion.hpp"
#include "provision/text_file.hpp"
#include "provision/windows_1252.hpp"
#include "provision/yaml_tree.hpp"

namespace skyn3t::provision {
namespace {

using model::Community;
using model::Role;
using Kind = YamlNode::Kind;
using Names = std::vector<std::string_view>;

const Names kRootKeys{"communities"};
const Names kCommunityKeys{"code",     "was",    "name",      "number",    "type",
                           "language", "target", "passwords", "caller_id", "may_dial",
                           "no_input", "roles",  "documents"};
const Names kRoleKeys{"role", "digit", "label", "password"};
const Names kDocumentKeys{"main"};
const Names kNumberKeys{"buy"};
const Names kOrderKeys{"country", "type", "area", "contains", "max_price", "address", "bundle"};

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

bool is_language(std::string_view tag) {
    return tag.size() >= 2 && tag.size() <= 20 && is_alpha(tag[0]) && is_alpha(tag[1]) &&
           std::all_of(tag.begin(), tag.end(),
                       [](char c) { return is_alpha(c) || is_digit(c) || c == '-'; });
}

const Message& message_of(model::PasswordFault fault) {
    switch (fault) {
        case model::PasswordFault::too_short:
            return messages::kShortPassword;
        case model::PasswordFault::no_upper_case:
            return messages::kNoUpperCase;
        case model::PasswordFault::no_lower_case:
            return messages::kNoLowerCase;
        case model::PasswordFault::no_digit:
            return messages::kNoDigit;
        default:
            return messages::kBadPassword;
    }
}

// Walks the tree once and gathers communities and findings.
class Reader {
  public:
    Reader(const ManifestOptions& options, Manifest& manifest)
        : options_(options), manifest_(manifest) {}

    void read(const YamlNode& root) {
        if (!check_map(root, "", kRootKeys)) return;
        const YamlNode* list = root.find("communities");
        if (!list) return add(messages::kMissingKey, where(root, ""), "communities");
        if (!check_list(*list, "communities")) return;
        for (std::size_t i = 0; i < list->items.size(); ++i)
            read_community(list->items[i], fmt::format("communities[{}]", i));
        find_duplicates();
    }

  private:
    template <class... Args>
    void add(const Message& message, Where where, const Args&... args) {
        manifest_.findings.push_back(make_finding(message, std::move(where), args...));
    }
    Where where(const YamlNode& node, std::string key) const {
        return {options_.file, node.line, node.column, std::move(key)};
    }

    bool check_map(const YamlNode& node, const std::string& path, const Names& known) {
        if (node.kind != Kind::map) {
            add(messages::kExpectedMap, where(node, path));
            return false;
        }
        std::set<std::string> seen;
        for (const auto& [key, value] : node.pairs) {
            if (key.kind != Kind::scalar) {
                add(messages::kExpectedText, where(key, path));
            } else if (std::find(known.begin(), known.end(), key.text) == known.end()) {
                const std::string shown = printable(key.text);
                if (const auto like = closest(key.text, known))
                    add(messages::kUnknownKeyLike, where(key, path), shown, *like);
                else
                    add(messages::kUnknownKey, where(key, path), shown, fmt::join(known, ", "));
            } else if (!seen.insert(key.text).second) {
                add(messages::kDuplicateKey, where(key, path), key.text);
            }
        }
        return true;
    }
    bool check_list(const YamlNode& node, const std::string& path) {
        if (node.kind != Kind::sequence) add(messages::kExpectedList, where(node, path));
        return node.kind == Kind::sequence;
    }

    // A text of 1 to `most` characters without control characters; nothing (and a finding)
    // otherwise.
    std::optional<std::string> text(const YamlNode& node, const std::string& path,
                                    std::size_t most) {
        if (node.kind == Kind::map || node.kind == Kind::sequence) {
            add(messages::kExpectedText, where(node, path));
            return std::nullopt;
        }
        const std::string value(trim(node.text));
        const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; };
        if (value.empty())
            add(messages::kEmpty, where(node, path));
        else if (std::any_of(value.begin(), value.end(), is_control))
            add(messages::kControlCharacter, where(node, path));
        else if (characters(value) > most)
            add(messages::kTooLong, where(node, path), characters(value), most);
        else
            return value;
        return std::nullopt;
    }
    std::optional<std::string> required(const YamlNode& map, const std::string& path,
                                        const std::string& key, std::size_t most) {
        if (const YamlNode* node = map.find(key)) return text(*node, path + "." + key, most);
        add(messages::kMissingKey, where(map, path), key);
        return std::nullopt;
    }
    template <class Enum>
    void word(const YamlNode& map, const std::string& path, const std::string& key, Enum& value,
              std::optional<Enum> (*parse)(std::string_view), const Names& known) {
        const YamlNode* node = map.find(key);
        if (!node) return;
        const auto written = text(*node, path + "." + key, 64);
        if (!written) return;
        if (const auto parsed = parse(*written))
            value = *parsed;
        else if (const auto like = closest(*written, known))
            add(messages::kUnknownWordLike, where(*node, path + "." + key), *written, *like);
        else
            add(messages::kUnknownWord, where(*node, path + "." + key), *written,
                fmt::join(known, ", "));
    }

    void read_community(const YamlNode& node, const std::string& path) {
        if (!check_map(node, path, kCommunityKeys)) return;
        ManifestCommunity read;
        read.at = where(node, path);
        for (const auto& [key, value] : node.pairs)
            read.keys.emplace(key.text, where(value, path + "." + key.text));
        Community& community = read.community;

        if (auto code = required(node, path, "code", 200)) {
            if (!model::is_code(*code))
                add(messages::kBadCode, read.where("code"), *code);
            else
                community.code = *code;
        }
        read_former_code(node, path, read);
        community.name = required(node, path, "name", model::kMaxNameLength).value_or("");
        read_number(node, path, read);
        if (!node.find("type")) add(messages::kMissingKey, where(node, path), "type");
        word(node, path, "type", community.type, model::parse_community_type,
             {"oficina", "edificio", "condominio"});
        word(node, path, "target", community.target, model::parse_target, {"local", "twilio"});
        if (read.order && community.target != model::Target::twilio)
            add(messages::kBuyElsewhere, read.where("number"));
        word(node, path, "passwords", community.passwords, model::parse_password_policy,
             {"generated", "guide"});
        word(node, path, "caller_id", community.caller_id, model::parse_caller_id_policy,
             {"community", "caller"});
        if (const YamlNode* kinds = node.find("may_dial"))
            read_may_dial(*kinds, path + ".may_dial", community);
        if (const YamlNode* language = node.find("language"))
            if (auto tag = text(*language, path + ".language", 64)) {
                if (!is_language(*tag))
                    add(messages::kBadLanguage, read.where("language"), *tag);
                else
                    community.language = *tag;
            }
        read_roles(node, path, read);
        if (const YamlNode* role = node.find("no_input"))
            read_no_input(*role, path + ".no_input", community);
        if (const YamlNode* documents = node.find("documents"))
            read_documents(*documents, path + ".documents", read);
        manifest_.communities.push_back(std::move(read));
    }

    // may_dial: [local, mobile], or the same as one text. An empty list is nobody at all.
    void read_may_dial(const YamlNode& node, const std::string& path, Community& community) {
        if (node.kind == Kind::map) return add(messages::kExpectedList, where(node, path));
        community.may_dial = model::MayDial::nothing();
        if (node.kind != Kind::sequence) return read_destinations(node, path, community);
        for (std::size_t i = 0; i < node.items.size(); ++i)
            read_destinations(node.items[i], fmt::format("{}[{}]", path, i), community);
    }
    void read_destinations(const YamlNode& node, const std::string& path, Community& community) {
        const auto written = text(node, path, 100);
        if (!written) return;
        Names known;
        for (const auto kind : model::kDestinations) known.push_back(to_string(kind));
        for (std::string_view rest = *written; !rest.empty();) {
            const auto end = std::min(rest.find(','), rest.size());
            const std::string word(trim(rest.substr(0, end)));
            rest.remove_prefix(std::min(end + 1, rest.size()));
            if (const auto kind = model::parse_destination(word))
                community.may_dial.add(*kind);
            else if (const auto like = closest(word, known))
                add(messages::kUnknownWordLike, where(node, path), word, *like);
            else
                add(messages::kUnknownWord, where(node, path), word, fmt::join(known, ", "));
        }
    }

    // The role that rings for who presses nothing.
    void read_no_input(const YamlNode& node, const std::string& path, Community& community) {
        const auto role = text(node, path, 64);
        if (!role) return;
        community.no_input = *role;
        if (!community.roles.empty() && !community.find_role(*role))
            add(messages::kNoInputRole, where(node, path), printable(*role));
    }

    // was: OLD_CODE
    void read_former_code(const YamlNode& community, const std::string& path,
                          ManifestCommunity& read) {
        const YamlNode* node = community.find("was");
        const auto code = node ? text(*node, path + ".was", 200) : std::nullopt;
        if (code && !model::is_code(*code))
            add(messages::kBadCode, read.where("was"), *code);
        else if (code && *code != read.community.code)
            read.was = *code;
    }

    void read_number(const YamlNode& community, const std::string& path, ManifestCommunity& read) {
        const YamlNode* node = community.find("number");
        if (node && node->kind == Kind::map) return read_order(*node, path + ".number", read);
        const auto written = required(community, path, "number", 64);
        if (written == "buy")
            read.order = NumberOrder{};
        else if (written)
            read_number(*written, read);
    }

    // number: { buy: { country: CL, area: "2", max_price: 5.00 } }
    void read_order(const YamlNode& node, const std::string& path, ManifestCommunity& read) {
        if (!check_map(node, path, kNumberKeys)) return;
        const YamlNode* buy = node.find("buy");
        if (!buy) return add(messages::kMissingKey, where(node, path), "buy");
        read.order = NumberOrder{};
        const std::string order = path + ".buy";
        if (buy->kind == Kind::null || !check_map(*buy, order, kOrderKeys)) return;
        word(*buy, order, "type", read.order->type, model::parse_number_type, number_type_words());
        for (const auto& [key, value] : buy->pairs) {
            if (key.text == "type" ||
                std::find(kOrderKeys.begin(), kOrderKeys.end(), key.text) == kOrderKeys.end())
                continue;
            const auto written = text(value, order + "." + key.text, 64);
            if (written && !set_order(*read.order, key.text, *written))
                add(messages::kBadOrder, where(value, order + "." + key.text), *written,
                    order_example(key.text));
        }
    }

    void read_number(const std::string& written, ManifestCommunity& read) {
        const Where at = read.where("number");
        if (options_.emergency.classify(written))
            return add(messages::kEmergencyNumber, at, written);
        const auto reading = model::NumberReading::parse(written);
        if (const auto whole = with_lost_plus(written, reading)) {
            add(messages::kPlusAdded, at, written, whole->number.str());
            read.community.number = whole->number;
            return;
        }
        if (!reading)
            return add(is_rounded(written) ? messages::kRoundedNumber : messages::kBadNumber, at,
                       written);
        if (reading->number.str() != written)
            return add(messages::kNotE164, at, reading->number.str());
        read.community.number = reading->number;
        if (!reading->valid) add(messages::kNumberNotValid, at, written);
    }

    // A spreadsheet takes "+56229145248" for a sum and drops the sign. Taken only when it can be
    // nothing else: a number of the plan with the sign, and no other number without it.
    std::optional<model::NumberReading> with_lost_plus(
        const std::string& written, const Result<model::NumberReading>& without) const {
        if (!is_csv_name(options_.file) || !std::all_of(written.begin(), written.end(), is_digit))
            return std::nullopt;
        const auto with = model::NumberReading::parse("+" + written);
        if (!with || !with->valid || with->number.str() != "+" + written) return std::nullopt;
        if (without && without->number != with->number) return std::nullopt;
        return *with;
    }
    // "5,62291E+10"
    static bool is_rounded(const std::string& written) {
        const auto exponent = written.find_first_of("eE");
        return exponent != std::string::npos && exponent > 0 &&
               written.find_first_not_of("0123456789.,") == exponent &&
               written.find_first_not_of("+0123456789", exponent + 1) == std::string::npos;
    }

    void read_roles(const YamlNode& node, const std::string& path, ManifestCommunity& read) {
        const YamlNode* list = node.find("roles");
        if (!list) return add(messages::kMissingKey, where(node, path), "roles");
        if (!check_list(*list, path + ".roles")) return;
        if (list->items.empty()) return add(messages::kNoRoles, where(*list, path + ".roles"));
        if (list->items.size() > model::kMaxRoles)
            return add(messages::kTooManyRoles, where(*list, path + ".roles"), list->items.size());
        for (std::size_t i = 0; i < list->items.size(); ++i)
            read_role(list->items[i], fmt::format("roles[{}]", i), path, read);
    }

    void read_role(const YamlNode& node, const std::string& name, const std::string& community_path,
                   ManifestCommunity& read) {
        const std::string path = community_path + "." + name;
        if (!check_map(node, path, kRoleKeys)) return;
        for (const auto& [key, value] : node.pairs)
            read.keys.emplace(name + "." + key.text, where(value, path + "." + key.text));
        read.keys.emplace(name, where(node, path));
        const auto at = [&](const char* key) { return read.where(name + "." + key); };

        Role role;
        if (auto written = required(node, path, "role", 64)) {
            role.role = *written;
            const std::string user = read.order ? longest_number(*read.order) + "-" + role.role
                                                : model::username(read.community.number, role.role);
            if (!model::is_role_name(role.role))
                add(messages::kBadRole, at("role"), role.role);
            else if (role.role == model::kGatewayRole)
                add(messages::kReservedRole, at("role"), role.role);
            else if (user.size() > model::kMaxUsernameLength)
                add(messages::kLongUsername, at("role"), user);
            else if (read.community.find_role(role.role))
                add(messages::kDuplicateRole, at("role"), role.role,
                    first_line(read, "role",
                               [&](const Role& each) { return each.role == role.role; }));
        }
        if (auto digit = required(node, path, "digit", 64)) {
            if (digit->size() != 1 || !model::is_key((*digit)[0]))
                add(messages::kBadDigit, at("digit"), *digit);
            else
                role.digit = (*digit)[0];
            if (const Role* other = role.digit ? read.community.find_digit(role.digit) : nullptr)
                add(messages::kDuplicateDigit, at("digit"), *digit, other->role,
                    first_line(read, "digit",
                               [&](const Role& each) { return each.digit == role.digit; }));
        }
        role.label = required(node, path, "label", model::kMaxLabelLength).value_or("");
        if (const YamlNode* password = node.find("password"))
            read_password(*password, path + ".password", role);
        read.community.roles.push_back(std::move(role));
    }

    // The value itself is never repeated in a message.
    void read_password(const YamlNode& node, const std::string& path, Role& role) {
        if (node.kind != Kind::scalar) return add(messages::kExpectedText, where(node, path));
        if (const auto fault = model::password_fault(node.text))
            return add(message_of(*fault), where(node, path));
        role.password = model::Secret(node.text);
    }

    void read_documents(const YamlNode& node, const std::string& path, ManifestCommunity& read) {
        if (!check_map(node, path, kDocumentKeys)) return;
        const YamlNode* main = node.find("main");
        if (!main) return;
        const Where at = where(*main, path + ".main");
        read.keys.emplace("documents.main", at);
        const auto file = text(*main, path + ".main", 255);
        if (!file) return;
        auto xml = options_.read_document ? options_.read_document(*file)
                                          : Result<std::string>(fail(Errc::unsupported, "-"));
        if (!xml) return add(messages::kDocumentUnreadable, at, *file, xml.error().detail);
        if (xml->size() > kMaxDocumentSize)
            return add(messages::kDocumentTooLarge, at, *file, kMaxDocumentSize);
        read.community.main_document = model::OwnDocument{*file, std::move(*xml)};
    }

    template <class Same>
    static int first_line(const ManifestCommunity& read, const std::string& key, Same same) {
        for (std::size_t i = 0; i < read.community.roles.size(); ++i)
            if (same(read.community.roles[i]))
                return read.where(fmt::format("roles[{}].{}", i, key)).line;
        return 0;
    }

    void find_duplicates() {
        std::map<std::string, const ManifestCommunity*> codes, numbers;
        for (const ManifestCommunity& each : manifest_.communities) {
            const std::string& code = each.community.code;
            const std::string& number = each.community.number.str();
            const auto [same_code, new_code] = codes.try_emplace(code, &each);
            const auto [same_number, new_number] = numbers.try_emplace(number, &each);
            // One finding is enough for a community that was copied whole.
            if (!code.empty() && !new_code)
                add(messages::kDuplicateCode, each.where("code"), code,
                    same_code->second->where("code").line);
            else if (!number.empty() && !new_number)
                add(messages::kDuplicateNumber, each.where("number"), number,
                    same_number->second->community.code, same_number->second->where("number").line);
        }
    }

    static std::string printable(const std::string& text) {
        const std::string shown = quoted(text, 40);
        return shown.substr(1, shown.size() - 2);
    }

    const ManifestOptions& options_;
    Manifest& manifest_;
};

void sort_by_place(std::vector<Finding>& findings) {
    std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
        return std::pair(a.where.line, a.where.column) < std::pair(b.where.line, b.where.column);
    });
}

}  // namespace

const Where& ManifestCommunity::where(const std::string& key) const {
    const auto found = keys.find(key);
    return found == keys.end() ? at : found->second;
}

std::vector<model::Community> Manifest::values() const {
    std::vector<model::Community> values;
    for (const ManifestCommunity& each : communities) values.push_back(each.community);
    return values;
}

Renames Manifest::renames() const {
    Renames renames;
    for (const ManifestCommunity& each : communities)
        if (!each.was.empty()) renames.emplace(each.community.code, each.was);
    return renames;
}

Manifest parse_manifest(std::string_view text, const ManifestOptions& options) {
    Manifest manifest;
    if (text.size() > kMaxManifestSize) {
        manifest.findings.push_back(
            make_finding(messages::kTooLarge, Where{options.file, 0, 0, {}}, kMaxManifestSize));
        return manifest;
    }
    const auto parse = is_csv_name(options.file) ? parse_csv : parse_yaml;
    const auto converted = is_valid_utf8(text) ? std::nullopt : from_windows_1252(text);
    if (converted)
        manifest.findings.push_back(
            make_finding(messages::kWindows1252, Where{options.file, 0, 0, {}}));
    const YamlNode root =
        parse(converted ? std::string_view(*converted) : text, options.file, manifest.findings);
    if (manifest.is_good()) Reader(options, manifest).read(root);
    sort_by_place(manifest.findings);
    return manifest;
}

Manifest load_manifest(const std::filesystem::path& file) {
    ManifestOptions options;
    options.file = file.string();
    options.read_document = [directory = file.parent_path()](const std::string& name) {
        return read_text_file(directory / name, kMaxDocumentSize);
    };
    const auto text = read_text_file(file, kMaxManifestSize);
    if (text) return parse_manifest(*text, options);
    Manifest manifest;
    manifest.findings.push_back(
        make_finding(messages::kUnreadable, Where{options.file, 0, 0, {}}, text.error().detail));
    return manifest;
}

}  // namespace skyn3t::provision
