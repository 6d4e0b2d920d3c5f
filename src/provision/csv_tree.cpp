#include "provision/csv_tree.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "model/community.hpp"
#include "provision/csv_rows.hpp"
#include "provision/messages.hpp"
#include "provision/suggestion.hpp"

namespace skyn3t::provision {
namespace {

using Kind = YamlNode::Kind;

// A column's name without accents, and the manifest's key for it.
using HeadingNames = std::pair<std::string_view, std::string_view>;
constexpr auto kColumns = std::to_array<HeadingNames>({{"codigo", "code"},
                                                       {"code", "code"},
                                                       {"codigo anterior", "was"},
                                                       {"was", "was"},
                                                       {"cliente", "name"},
                                                       {"nombre", "name"},
                                                       {"name", "name"},
                                                       {"numero", "number"},
                                                       {"number", "number"},
                                                       {"telefono", "number"},
                                                       {"tipo", "type"},
                                                       {"type", "type"},
                                                       {"idioma", "language"},
                                                       {"language", "language"},
                                                       {"destino", "target"},
                                                       {"target", "target"},
                                                       {"contrasenas", "passwords"},
                                                       {"passwords", "passwords"},
                                                       {"caller_id", "caller_id"},
                                                       {"caller id", "caller_id"},
                                                       {"credential list", "list"},
                                                       {"lista de credenciales", "list"},
                                                       {"main ivr", "menu"},
                                                       {"call routing", "routing"}});
// Columns of the old guide's matrix, with names that are made from the code here.
bool is_made_name(std::string_view key) {
    return key == "list" || key == "menu" || key == "routing";
}
std::string made_name(std::string_view key, const std::string& code) {
    if (key == "list") return model::credential_list_name(code);
    return key == "menu" ? model::main_ivr_name(code) : model::call_routing_name(code);
}
// The two phones of the old guide.
struct GuideRole {
    const char *role, *digit, *label;
};
constexpr GuideRole kGuideRoles[]{{"office", "1", "oficina de administración"},
                                  {"security", "2", "conserjería"}};
constexpr auto kRoleColumns = std::to_array<HeadingNames>({{"tecla", "digit"},
                                                           {"digito", "digit"},
                                                           {"digit", "digit"},
                                                           {"key", "digit"},
                                                           {"etiqueta", "label"},
                                                           {"label", "label"},
                                                           {"contrasena", "password"},
                                                           {"password", "password"}});
// What a matrix cannot do without, as Spanish and English name it.
constexpr std::array<std::array<std::string_view, 3>, 4> kRequired{{{"code", "código", "code"},
                                                                    {"name", "nombre", "name"},
                                                                    {"number", "número", "number"},
                                                                    {"type", "tipo", "type"}}};

// Small letters without the accents of Spanish: "Número" -> "numero".
std::string plain(std::string_view text) {
    constexpr auto kAccents = std::to_array<HeadingNames>({{"á", "a"},
                                                           {"é", "e"},
                                                           {"í", "i"},
                                                           {"ó", "o"},
                                                           {"ú", "u"},
                                                           {"ñ", "n"},
                                                           {"Á", "a"},
                                                           {"É", "e"},
                                                           {"Í", "i"},
                                                           {"Ó", "o"},
                                                           {"Ú", "u"},
                                                           {"Ñ", "n"}});
    std::string result = lower(text);
    for (const auto& [accented, letter] : kAccents)
        for (auto at = result.find(accented); at != std::string::npos; at = result.find(accented))
            result.replace(at, accented.size(), letter);
    return result;
}

struct Column {
    std::string role;  // empty: the community's
    std::string key;
    bool operator==(const Column&) const = default;
};

bool separates(char c) { return std::string_view(" _.-:").find(c) != std::string_view::npos; }

// "office tecla", "tecla_office"; nothing when it is no column of ours.
std::optional<Column> column_of(const std::string& name) {
    for (const auto& [known, key] : kColumns)
        if (name == known) return Column{{}, std::string(key)};
    for (const auto& [known, key] : kRoleColumns) {
        if (name.size() < known.size() + 2) continue;
        const auto rest = name.size() - known.size() - 1;
        if (name.ends_with(known) && separates(name[rest]))
            return Column{name.substr(0, rest), std::string(key)};
        if (name.starts_with(known) && separates(name[known.size()]))
            return Column{name.substr(known.size() + 1), std::string(key)};
    }
    return std::nullopt;
}

YamlNode node_at(Kind kind, const CsvCell& cell) {
    YamlNode node;
    node.kind = kind;
    node.line = cell.line;
    node.column = cell.column;
    return node;
}
YamlNode scalar(std::string text, const CsvCell& cell) {
    YamlNode node = node_at(Kind::scalar, cell);
    node.text = std::move(text);
    return node;
}
void put(YamlNode& map, const std::string& key, YamlNode value, const CsvCell& cell) {
    map.pairs.push_back(YamlPair{scalar(key, cell), std::move(value)});
}

// Words of the manifest, which people write with a capital in a spreadsheet.
bool is_word(const std::string& key) {
    return key == "type" || key == "target" || key == "passwords" || key == "caller_id";
}

class Converter {
  public:
    Converter(const std::string& file, std::vector<Finding>& findings)
        : file_(file), findings_(findings) {}

    YamlNode convert(const std::vector<CsvRow>& rows) {
        const CsvCell start{{}, 1, 1};
        read_header(rows.empty() ? CsvRow{} : rows.front());
        YamlNode list = node_at(Kind::sequence, start);
        if (!has_errors(findings_))
            for (std::size_t i = 1; i < rows.size(); ++i) list.items.push_back(community(rows[i]));
        YamlNode root = node_at(Kind::map, start);
        put(root, "communities", std::move(list), start);
        return root;
    }

  private:
    template <class... Args>
    void add(const Message& message, const CsvCell& cell, const Args&... args) {
        findings_.push_back(
            make_finding(message, Where{file_, cell.line, cell.column, {}}, args...));
    }

    void read_header(const CsvRow& header) {
        for (const CsvCell& cell : header) {
            const auto column = column_of(plain(cell.text));
            if (cell.text.empty()) {
                columns_.emplace_back();  // a value below it has no column
            } else if (!column) {
                unknown(cell);
                columns_.emplace_back();
            } else {
                if (std::find(columns_.begin(), columns_.end(), *column) != columns_.end())
                    add(messages::kCsvTwice, cell, cell.text);
                if (!column->role.empty() &&
                    std::find(roles_.begin(), roles_.end(), column->role) == roles_.end())
                    roles_.push_back(column->role);
                columns_.push_back(*column);
            }
        }
        is_guide_ = std::any_of(columns_.begin(), columns_.end(),
                                [](const Column& each) { return is_made_name(each.key); });
        check_columns();
        note_defaults(header);
    }

    // What the guide's matrix leaves to the guide.
    void note_defaults(const CsvRow& header) {
        if (!is_guide_ || header.empty()) return;
        const bool no_roles = roles_.empty(), no_type = !has_column({}, "type");
        if (no_roles || no_type)
            add(messages::kGuideMatrix, header.front(),
                no_roles && no_type ? "teclas ni tipo"
                : no_roles          ? "teclas"
                                    : "el tipo",
                no_roles && no_type ? "keys or a type"
                : no_roles          ? "keys"
                                    : "the type");
    }

    void unknown(const CsvCell& cell) {
        std::vector<std::string_view> known;
        for (const auto& each : kColumns) known.push_back(each.first);
        const std::string shown = quoted(cell.text, 40);
        const std::string bare = shown.substr(1, shown.size() - 2);
        if (const auto like = closest(plain(cell.text), known))
            add(messages::kCsvUnknownLike, cell, bare, *like);
        else
            add(messages::kCsvUnknown, cell, bare);
    }

    bool has_column(const std::string& role, std::string_view key) const {
        return std::any_of(columns_.begin(), columns_.end(), [&](const Column& each) {
            return each.role == role && each.key == key;
        });
    }

    void check_columns() {
        const CsvCell start{{}, 1, 1};
        for (const auto& [key, es, en] : kRequired)
            if (!has_column({}, key) && !(is_guide_ && key == "type"))
                add(messages::kCsvMissing, start, es, en);
        if (roles_.empty() && !is_guide_) add(messages::kCsvNoRoles, start);
        for (const std::string& role : roles_) {
            if (!has_column(role, "digit"))
                add(messages::kCsvMissing, start, role + " tecla", role + " digit");
            if (!has_column(role, "label"))
                add(messages::kCsvMissing, start, role + " etiqueta", role + " label");
        }
    }

    YamlNode community(const CsvRow& row) {
        YamlNode map = node_at(Kind::map, row.front());
        std::map<std::string, YamlNode> roles;
        std::vector<std::pair<std::string, const CsvCell*>> made_names;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const CsvCell& cell = row[i];
            if (i >= columns_.size() || columns_[i].key.empty()) {
                if (!cell.text.empty()) add(messages::kCsvExtra, cell);
                continue;
            }
            const Column& column = columns_[i];
            if (!column.role.empty())
                role_value(roles[column.role], column, cell);
            else if (is_made_name(column.key))
                made_names.emplace_back(column.key, &cell);
            else if (!cell.text.empty() || is_required(column.key))
                put(map, column.key,
                    scalar(is_word(column.key) ? lower(cell.text) : cell.text, cell), cell);
        }
        if (is_guide_) complete(map, row, made_names);
        // A short row: what it lacks is missing at its end.
        for (const auto& each : kRequired)
            if (!map.find(each[0]))
                put(map, std::string(each[0]), scalar({}, row.back()), row.back());
        YamlNode list = node_at(Kind::sequence, row.front());
        for (const std::string& name : roles_) {
            YamlNode& role = roles[name];
            if (role.pairs.empty()) continue;
            for (const char* key : {"digit", "label"})
                if (!role.find(key)) put(role, key, scalar({}, row.back()), row.back());
            if (is_empty(role)) continue;
            put(role, "role", scalar(name, row.front()), row.front());
            list.items.push_back(std::move(role));
        }
        if (is_guide_ && roles_.empty())
            for (const GuideRole& each : kGuideRoles) list.items.push_back(guide_role(each, row));
        put(map, "roles", std::move(list), row.front());
        return map;
    }

    static YamlNode guide_role(const GuideRole& role, const CsvRow& row) {
        YamlNode node = node_at(Kind::map, row.front());
        for (const auto& [key, value] :
             {std::pair("role", role.role), {"digit", role.digit}, {"label", role.label}})
            put(node, key, scalar(value, row.front()), row.front());
        return node;
    }

    // What a row of the guide's matrix leaves out, and names in it that are others here.
    void complete(YamlNode& map, const CsvRow& row,
                  const std::vector<std::pair<std::string, const CsvCell*>>& made_names) {
        const YamlNode* code = map.find("code");
        for (const auto& [key, cell] : made_names) {
            const std::string made = code ? made_name(key, code->text) : std::string();
            if (!cell->text.empty() && cell->text != made)
                add(messages::kGuideName, *cell, cell->text, made);
        }
        const YamlNode* name = map.find("name");
        if (has_column({}, "type") || !name) return;
        const std::string word = plain(name->text).substr(0, plain(name->text).find(' '));
        const bool is_type = model::parse_community_type(word).has_value();
        put(map, "type", scalar(is_type ? word : "edificio", row.front()), row.front());
    }

    static bool is_required(const std::string& key) {
        return std::any_of(kRequired.begin(), kRequired.end(),
                           [&](const auto& each) { return each[0] == key; });
    }

    static void role_value(YamlNode& role, const Column& column, const CsvCell& cell) {
        if (role.kind != Kind::map) role = node_at(Kind::map, cell);
        if (!cell.text.empty() || column.key != "password")
            put(role, column.key, scalar(cell.text, cell), cell);
    }
    // A community that does not have this role.
    static bool is_empty(const YamlNode& role) {
        return std::all_of(role.pairs.begin(), role.pairs.end(),
                           [](const YamlPair& each) { return each.value.text.empty(); });
    }

    const std::string& file_;
    std::vector<Finding>& findings_;
    std::vector<Column> columns_;
    std::vector<std::string> roles_;  // in the order of the header
    bool is_guide_ = false;           // the old guide's matrix
};

}  // namespace

bool is_csv_name(std::string_view file) {
    return file.size() > 4 && iequals(file.substr(file.size() - 4), ".csv");
}

YamlNode parse_csv(std::string_view text, const std::string& file, std::vector<Finding>& findings) {
    const auto rows = read_csv_rows(text, file, findings);
    if (has_errors(findings)) return {};
    return Converter(file, findings).convert(rows);
}

}  // namespace skyn3t::provision
