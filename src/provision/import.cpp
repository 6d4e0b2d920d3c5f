#include "provision/import.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "provision/actual.hpp"
#include "provision/export.hpp"
#include "provision/yaml_text.hpp"

namespace skyn3t::provision {
namespace {

constexpr std::string_view kSuffix = "_Credentials";
constexpr std::string_view kKeys = "1234567890*#";

// What is read from an account must not end a comment's line.
std::string comment(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < 0x20; }, '?');
    return text;
}

// "+56229145248-office"
struct User {
    std::string number, role;
};
std::optional<User> read_user(const std::string& username) {
    const auto dash = username.find('-');
    if (dash == std::string::npos || !model::PhoneNumber::parse_e164(username.substr(0, dash)))
        return std::nullopt;
    User user{username.substr(0, dash), username.substr(dash + 1)};
    if (!model::is_role_name(user.role)) return std::nullopt;
    return user;
}

// Twilio lists the newest first, so the order says nothing about the keys: the guide's two roles
// have the guide's keys, the others follow by name.
bool comes_before(const User& a, const User& b) {
    const auto rank = [](const std::string& role) {
        return role == "office" ? 0 : role == "security" ? 1 : 2;
    };
    return std::pair(rank(a.role), a.role) < std::pair(rank(b.role), b.role);
}

std::string label_of(const std::string& role) {
    if (role == "office") return "oficina de administración";
    if (role == "security") return "conserjería";
    return role;
}

class Writer {
  public:
    Writer(const Snapshot& snapshot, const TargetSettings& target)
        : snapshot_(snapshot), target_(target) {}

    void add_declared(const model::Community& community) {
        imported_.yaml += yaml_entry(community);
        if (community.main_document)
            imported_.yaml += "    # el documento propio no va aquí: skyn3t export -o lo escribe\n";
        ++imported_.communities;
    }

    void add(const twilio::CredentialList& list,
             const std::vector<twilio::Credential>& credentials) {
        const std::string code =
            list.friendly_name.substr(0, list.friendly_name.size() - kSuffix.size());
        std::vector<User> users;
        std::vector<std::string> others;
        for (const auto& each : credentials) {
            const auto user = read_user(each.username);
            const bool fits = user && (users.empty() || users.front().number == user->number) &&
                              users.size() < kKeys.size();
            if (fits)
                users.push_back(*user);
            else
                others.push_back(each.username);
        }
        if (users.empty() || !model::is_code(code)) return leave_out(list.friendly_name);
        std::sort(users.begin(), users.end(), comes_before);
        is_guessed_ = true;
        write(code, users);
        for (const auto& each : others)
            imported_.yaml +=
                fmt::format("    # usuario que no sigue [NÚMERO]-[rol]: {}\n", comment(each));
        ++imported_.communities;
    }
    Imported take() {
        Imported whole = std::move(imported_);
        whole.yaml = (is_guessed_ ? head() : std::string()) +
                     (whole.communities ? "communities:\n" : "communities: []\n") + whole.yaml;
        return whole;
    }

  private:
    std::string head() const {
        return fmt::format(
            "# Leído de {}. Lo que ahí no se puede leer está supuesto: revise teclas, etiquetas y "
            "tipo.\n"
            "# Las contraseñas no se pueden leer. Sin «password» en cada rol, apply pone otras y "
            "los teléfonos\n"
            "# dejan de registrarse hasta que se les escriba la nueva.\n",
            target_.target == model::Target::twilio ? "Twilio" : "este servidor");
    }

    void leave_out(const std::string& name) {
        imported_.yaml += fmt::format("  # lista que no es de una comunidad: {}\n", comment(name));
    }

    void write(const std::string& code, const std::vector<User>& users) {
        const std::string& number = users.front().number;
        const auto found = std::find_if(snapshot_.numbers.begin(), snapshot_.numbers.end(),
                                        [&](const auto& each) { return each.number == number; });
        const bool is_named = found != snapshot_.numbers.end() && !found->friendly_name.empty() &&
                              found->friendly_name != number;
        imported_.yaml += fmt::format(
            "  - code: {}\n    name: {}\n    number: {}\n    type: edificio\n    target: {}\n",
            code, yaml_text(is_named ? found->friendly_name : code), yaml_text(number),
            to_string(target_.target));
        if (found == snapshot_.numbers.end())
            imported_.yaml += "    # el número no está en la cuenta\n";
        imported_.yaml += "    roles:\n";
        for (std::size_t i = 0; i < users.size(); ++i)
            imported_.yaml +=
                fmt::format("      - {{ role: {}, digit: {}, label: {} }}  # password: \"...\"\n",
                            users[i].role, yaml_text(std::string(1, kKeys[i])),
                            yaml_text(label_of(users[i].role)));
    }

    const Snapshot& snapshot_;
    const TargetSettings& target_;
    Imported imported_;
    bool is_guessed_ = false;  // something in it is not declared anywhere
};

}  // namespace

twilio::Answer<Imported> import_account(twilio::Client& client, const TargetSettings& target,
                                        const std::vector<model::Community>& declared) {
    const auto snapshot = read_snapshot(client, target.domain);
    if (!snapshot) return tl::unexpected<twilio::Failure>(snapshot.error());
    Writer writer(*snapshot, target);
    for (const auto& list : snapshot->lists) {
        if (!list.friendly_name.ends_with(kSuffix)) continue;
        const auto known =
            std::find_if(declared.begin(), declared.end(), [&](const model::Community& each) {
                return each.target == target.target &&
                       model::credential_list_name(each.code) == list.friendly_name;
            });
        if (known != declared.end()) {
            writer.add_declared(*known);
            continue;
        }
        const auto credentials = client.credentials(list.sid);
        if (!credentials) return tl::unexpected<twilio::Failure>(credentials.error());
        writer.add(list, *credentials);
    }
    return writer.take();
}

}  // namespace skyn3t::provision
