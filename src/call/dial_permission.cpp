#include "call/dial_permission.hpp"

namespace skyn3t::call {
namespace {

class TenantNumbers final : public model::ShownNumbers {
  public:
    TenantNumbers(const Tenant& tenant, const Directory& directory)
        : tenant_(tenant), directory_(directory) {}
    bool may_show(std::string_view number) const override {
        return directory_.may_show(tenant_.community.sid, number);
    }
    std::string own_number() const override { return tenant_.community.number.str(); }

  private:
    const Tenant& tenant_;
    const Directory& directory_;
};

}  // namespace

model::DialVerdict judge_dialling(const model::DialOrder& order, const Tenant& tenant,
                                  const Directory& directory,
                                  const model::EmergencyNumbers& emergency) {
    return model::judge_dialling(order, tenant.community.may_dial, TenantNumbers(tenant, directory),
                                 emergency);
}

}  // namespace skyn3t::call
