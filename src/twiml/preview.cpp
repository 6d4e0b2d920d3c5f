#include "twiml/preview.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "model/not_built.hpp"

namespace skyn3t::twiml {
namespace {

struct Words {
    std::string es, en;
};

Words operator+(Words left, const Words& right) {
    return {std::move(left.es) + right.es, std::move(left.en) + right.en};
}

// "es" and "en" have the same places.
template <class... Args>
Words in_both(const char* es, const char* en, const Args&... args) {
    return {fmt::format(fmt::runtime(es), args...), fmt::format(fmt::runtime(en), args...)};
}

Words times(unsigned loop) {
    if (loop == 1) return {};
    if (loop == kMaxLoop) return {", hasta que cuelgue", ", until the caller hangs up"};
    return in_both(", {} veces", ", {} times", loop);
}

Words seconds_of(seconds length) {
    if (length == seconds(1)) return {"1 segundo", "1 second"};
    return in_both("{} segundos", "{} seconds", length.count());
}

Words target(const std::optional<std::string>& url) {
    if (!url || url->empty()) return {"este mismo documento", "this document itself"};
    return {*url, *url};
}

class Teller {
  public:
    explicit Teller(const SpokenWords& spoken) : spoken_(spoken) {}
    std::vector<PreviewLine> tell(const Document& document) {
        for (const Verb& verb : document.verbs)
            std::visit([this](const auto& each) { (*this)(each); }, verb);
        for (const Finding& warning : document.warnings)
            if (warning.code == model::kNotBuiltCode) tell_not_built(warning.detail);
        return std::move(lines_);
    }

    void operator()(const Say& say) {
        add("Say", in_both("Dice: «{}»", "Says: \"{}\"", say.text()) + times(say.loop));
        if (!spoken_) return;
        const std::string heard = spoken_(say);
        if (heard.empty()) return;
        ++indent_;
        add("Say", in_both("Se oye: «{}»", "Heard: \"{}\"", heard));
        --indent_;
    }
    void operator()(const Play& play) {
        if (!play.digits.empty())
            add("Play", in_both("Marca los tonos {}", "Sends the tones {}", play.digits));
        else
            add("Play", in_both("Toca {}", "Plays {}", play.url) + times(play.loop));
    }
    void operator()(const Pause& pause) {
        add("Pause", in_both("Espera ", "Waits ") + seconds_of(pause.length));
    }
    void operator()(const Gather& gather) {
        const bool is_one = gather.num_digits == 1u;
        Words line =
            is_one ? in_both("Espera una tecla y la envía a ", "Waits for a key and sends it to ")
                   : keys_of(gather) + in_both(" y las envía a ", " and sends them to ");
        line = line + target(gather.action) + in_both("; sin teclas en ", "; without a key in ") +
               seconds_of(gather.timeout);
        add("Gather",
            line + (gather.action_on_empty_result ? in_both(", también", ", it does so as well")
                                                  : in_both(", sigue", ", it goes on")));
        indent_ = 1;
        for (const Prompt& prompt : gather.prompts)
            std::visit([this](const auto& each) { (*this)(each); }, prompt);
        indent_ = 0;
    }
    void operator()(const Dial& dial) {
        Words whom;
        for (const Noun& noun : dial.nouns) {
            if (!whom.es.empty())
                whom = whom + (dial.sequential ? in_both(", después ", ", then ")
                                               : in_both(" y ", " and "));
            whom = whom + std::visit([](const auto& each) { return name_of(each); }, noun);
        }
        Words line = in_both("Llama a ", "Calls ") + whom;
        if (!dial.joins_a_room())
            line = line + in_both(", por ", ", for ") + seconds_of(dial.timeout);
        if (dial.caller_id)
            line = line + in_both(", mostrando {}", ", showing {}", *dial.caller_id);
        add("Dial", line + (dial.action ? in_both("; después pregunta a ", "; then asks ") +
                                              target(dial.action)
                                        : in_both("; después sigue", "; then goes on")));
    }
    void operator()(const Redirect& redirect) {
        add("Redirect", in_both("Sigue con ", "Goes on with ") + target(redirect.url));
    }
    void operator()(const Reject& reject) {
        add("Reject", reject.reason == RejectReason::busy
                          ? in_both("Rechaza la llamada: ocupado", "Rejects the call: busy")
                          : in_both("Rechaza la llamada", "Rejects the call"));
    }
    void operator()(const Hangup&) { add("Hangup", in_both("Cuelga", "Hangs up")); }
    void operator()(const Unsupported& other) {
        add(other.name, in_both("Se salta <{}>", "Skips <{}>", other.name));
    }

  private:
    static Words name_of(const Number& number) { return {number.number, number.number}; }
    static Words name_of(const Sip& sip) { return {sip.uri, sip.uri}; }
    static Words name_of(const Client& client) {
        return in_both("el cliente {}", "the client {}", client.identity);
    }
    static Words name_of(const Conference& room) {
        return in_both("la conferencia «{}»", "the conference \"{}\"", room.name);
    }
    static Words name_of(const Queue& queue) {
        return in_both("la cola «{}»", "the queue \"{}\"", queue.name);
    }

    // In the same words as a call's story.
    void tell_not_built(const std::string& shown) {
        const auto known = model::explain_warning(model::kNotBuiltCode, shown);
        if (!known) return;
        const auto end = shown.find_first_of(" >");
        add(shown.substr(1, end == std::string::npos ? end : end - 1),
            Words{fmt::format("No se hace aquí {}: {}", shown, known->es),
                  fmt::format("Not done here {}: {}", shown, known->en)});
    }

    static Words keys_of(const Gather& gather) {
        const Words keys =
            gather.num_digits ? in_both("Espera {} teclas", "Waits for {} keys", *gather.num_digits)
                              : in_both("Espera teclas", "Waits for keys");
        if (!gather.finish_on_key) return keys;
        return keys + in_both(", hasta {},", ", up to {},", *gather.finish_on_key);
    }

    void add(std::string verb, Words line) {
        lines_.push_back({std::move(verb), indent_, std::move(line.es), std::move(line.en)});
    }

    const SpokenWords& spoken_;
    std::vector<PreviewLine> lines_;
    unsigned indent_ = 0;
};

}  // namespace

std::vector<PreviewLine> preview_lines(const Document& document, const SpokenWords& spoken) {
    return Teller(spoken).tell(document);
}

std::vector<Prompt> heard_prompts(const Document& document) {
    std::vector<Prompt> heard;
    for (const Verb& verb : document.verbs) {
        if (const auto* say = std::get_if<Say>(&verb)) {
            heard.emplace_back(*say);
        } else if (const auto* play = std::get_if<Play>(&verb)) {
            heard.emplace_back(*play);
        } else if (const auto* pause = std::get_if<Pause>(&verb)) {
            heard.emplace_back(*pause);
        } else if (!std::holds_alternative<Unsupported>(verb)) {
            if (const auto* gather = std::get_if<Gather>(&verb))
                std::copy(gather->prompts.begin(), gather->prompts.end(),
                          std::back_inserter(heard));
            break;
        }
    }
    return heard;
}

}  // namespace skyn3t::twiml
