#include "rest/finding_json.hpp"

namespace skyn3t::rest {

Json to_json(const provision::Finding& finding) {
    return {{"rule", finding.rule},
            {"level", to_string(finding.level)},
            {"file", finding.where.file},
            {"line", finding.where.line},
            {"column", finding.where.column},
            {"key", finding.where.key},
            {"code", finding.code != 0 ? Json(finding.code) : Json(nullptr)},
            {"text_es", finding.es},
            {"text_en", finding.en}};
}

Json to_json(const std::vector<provision::Finding>& findings) {
    Json list = Json::array();
    for (const auto& finding : findings) list.push_back(to_json(finding));
    return list;
}

}  // namespace skyn3t::rest
