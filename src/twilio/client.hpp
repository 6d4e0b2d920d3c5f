#pragma once

#include <functional>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "twilio/resources.hpp"
#include "twilio/transport.hpp"

namespace skyn3t::twilio {

// Why a request was not carried out.
struct Failure {
    int status = 0;  // of HTTP; 0: no answer
    int code = 0;    // Twilio's; 0: none was given
    std::string message;

    bool is_missing() const { return status == 404; }
    // True for what another request would meet as well: no connection, no credentials, overload.
    bool is_general() const;
};
template <class T>
using Answer = tl::expected<T, Failure>;
[[nodiscard]] Error to_error(const Failure& failure);

// How long to go on trying (rest-api.md, 1.4: 100 ms * 2^n, at most 3 s).
struct Patience {
    milliseconds first{100};
    milliseconds longest{3000};
    unsigned tries = 8;
    // Waits on the calling thread; false: give up, the program ends.
    std::function<bool(milliseconds)> wait;
};

// An account of Twilio's API, at Twilio or here. What was not processed (429) and what may be done
// twice is tried again. A create whose answer was lost is not: it may have been carried out, and
// Twilio knows no idempotency key, so what was to be made is looked for by its name first.
// Any thread; each call blocks.
class Client {
  public:
    Client(Transport& transport, std::string account, Patience patience)
        : transport_(transport), account_(std::move(account)), patience_(std::move(patience)) {}

    Answer<std::vector<Domain>> domains();
    Answer<Domain> create_domain(const http::Params& form);
    Answer<Domain> update_domain(const std::string& sid, const http::Params& form);
    Answer<void> delete_domain(const std::string& sid);

    Answer<std::vector<CredentialList>> credential_lists();
    Answer<CredentialList> create_credential_list(const std::string& friendly_name);
    Answer<CredentialList> rename_credential_list(const std::string& sid,
                                                  const std::string& friendly_name);
    Answer<void> delete_credential_list(const std::string& sid);

    Answer<std::vector<Credential>> credentials(const std::string& list);
    Answer<Credential> create_credential(const std::string& list, const std::string& username,
                                         const std::string& password);
    // `more`: what else is sent; Twilio knows nothing else.
    Answer<Credential> update_credential(const std::string& list, const std::string& sid,
                                         const std::string& password,
                                         const http::Params& more = {});
    Answer<void> delete_credential(const std::string& list, const std::string& sid);

    Answer<std::vector<Mapping>> mappings(const std::string& domain, MappingPlace place);
    Answer<void> map(const std::string& domain, MappingPlace place, const std::string& list);
    Answer<void> unmap(const std::string& domain, MappingPlace place, const std::string& list);

    Answer<std::vector<IncomingNumber>> numbers();
    Answer<std::optional<IncomingNumber>> find_number(const std::string& number);
    // At Twilio this buys the number, and is billed at once.
    Answer<IncomingNumber> create_number(const std::string& number, const http::Params& form);
    Answer<IncomingNumber> update_number(const std::string& sid, const http::Params& form);
    Answer<void> delete_number(const std::string& sid);

    // `type`: Local, Mobile, National, TollFree. A type that the country does not have is empty.
    Answer<std::vector<AvailableNumber>> available_numbers(const std::string& country,
                                                           const std::string& type,
                                                           const std::string& contains);
    Answer<std::vector<Regulation>> regulations(const std::string& country,
                                                const std::string& number_type);
    Answer<std::vector<Address>> addresses();
    // Those that Twilio has approved.
    Answer<std::vector<Bundle>> bundles(const std::string& country, const std::string& number_type);
    Answer<std::vector<NumberPrice>> number_prices(const std::string& country);

    // Rings `to` ("+56...", "sip:...") and costs money. One whose answer was lost is not placed
    // again.
    Answer<Call> create_call(const http::Params& form);
    Answer<Call> fetch_call(const std::string& sid);
    Answer<void> end_call(const std::string& sid);

    // Every item of a list, page after page; `key` is the list's name in the answer.
    Answer<std::vector<Json>> list(const std::string& path, const std::string& key,
                                   const http::Params& query = {}, Product product = Product::api);
    const std::string& account() const { return account_; }

  private:
    using Find = std::function<Answer<std::optional<Json>>()>;

    Answer<Json> get(const Request& request);
    // What may be carried out twice with the same result: reading, changing, deleting.
    Answer<Json> repeatable(const Request& request);
    Answer<Json> create(const std::string& path, const http::Params& form, const Find& find);
    Answer<Json> update(const std::string& path, const http::Params& form);
    Answer<void> remove(const std::string& path);
    // The item of a list with this value; for a create's Find.
    Find find_in(const std::string& path, const std::string& key, const std::string& field,
                 const std::string& value, const http::Params& query = {});
    bool wait_before(unsigned attempt) const;
    std::string path(const std::string& rest) const;

    Transport& transport_;
    std::string account_;
    Patience patience_;
};

}  // namespace skyn3t::twilio
