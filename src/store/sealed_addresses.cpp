#include "store/sealed_addresses.hpp"

#include <optional>

#include "base/log.hpp"
#include "base/text.hpp"
#include "store/resource_rows.hpp"

namespace skyn3t::store {
namespace {

constexpr const char* kSealedAddress = "_sealed";  // the key of what stands for the address

std::string address_context(const std::string& sid) { return "address " + sid; }

// Where the password of an address stands in it; nothing when it has none (RFC 3986, section 3.2).
struct PasswordPlace {
    std::size_t at = 0, size = 0;
};
std::optional<PasswordPlace> find_password(std::string_view address) {
    const auto scheme = lower(address.substr(0, 8));
    if (!scheme.starts_with("http://") && !scheme.starts_with("https://")) return std::nullopt;
    const auto begin = address.find("//") + 2;
    const auto authority = address.substr(begin, address.find_first_of("/?#", begin) - begin);
    const auto end = authority.rfind('@');
    const auto colon = authority.find(':');
    if (end == std::string_view::npos || colon > end || colon + 1 == end) return std::nullopt;
    return PasswordPlace{begin + colon + 1, end - colon - 1};
}

}  // namespace

bool has_password(std::string_view address) { return find_password(address).has_value(); }

std::string without_password(std::string_view address) {
    std::string text(address);
    if (const auto password = find_password(address))
        text.replace(password->at, password->size, "***");
    return text;
}

void seal_addresses(nlohmann::json& properties, const SecretBox& box, const std::string& sid) {
    for (auto& [name, value] : properties.items()) {
        if (!value.is_string()) continue;
        if (const auto address = value.get<std::string>(); has_password(address))
            value = {{kSealedAddress, box.seal(model::Secret(address), address_context(sid))}};
    }
}

void open_addresses(nlohmann::json& properties, const SecretBox* box, const std::string& sid) {
    for (auto& [name, value] : properties.items()) {
        if (!value.is_object() || !value.contains(kSealedAddress)) continue;
        const auto sealed = value[kSealedAddress].is_string()
                                ? value[kSealedAddress].get<std::string>()
                                : std::string();
        const auto opened = box ? box->unseal(sealed, address_context(sid))
                                : fail(Errc::unauthorized, "there is no key");
        if (!opened)
            log::error("an address with a password does not open sid={} property={} reason={}", sid,
                       name, skyn3t::quoted(opened.error().detail));
        value = opened ? opened->reveal() : std::string();
    }
}

Result<void> seal_stored_addresses(Database& database) {
    return database.write_and_wait([](Session& session) -> Result<void> {
        for (const ResourceKind kind : {ResourceKind::incoming_phone_number,
                                        ResourceKind::sip_domain, ResourceKind::application}) {
            auto stored = read_unsealed(session, kind);
            if (!stored) return tl::unexpected(stored.error());
            for (const Resource& each : *stored)
                if (auto done = update_resource(session, each); !done) return done;
        }
        return {};
    });
}

}  // namespace skyn3t::store
