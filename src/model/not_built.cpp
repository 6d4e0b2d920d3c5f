#include "model/not_built.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace skyn3t::model {
namespace {

struct Sentences {
    const char* es;
    const char* en;
};
constexpr Sentences kRecording{"este servidor todavía no graba llamadas",
                               "this server does not record calls yet"};
constexpr Sentences kMachines{"este servidor todavía no reconoce contestadoras",
                              "this server does not detect answering machines yet"};
constexpr Sentences kTransfer{"este servidor todavía no transfiere llamadas con REFER",
                              "this server does not transfer calls by REFER yet"};
constexpr Sentences kRooms{"este servidor todavía no tiene conferencias",
                           "this server has no conferences yet"};
constexpr Sentences kQueues{"este servidor todavía no tiene colas de espera",
                            "this server has no call queues yet"};
constexpr Sentences kClients{"este servidor no tiene clientes de Twilio (WebRTC)",
                             "this server has no Twilio clients (WebRTC)"};
constexpr Sentences kStreams{"este servidor todavía no envía el audio a otros programas",
                             "this server does not stream audio to other programs yet"};
constexpr Sentences kPayments{"este servidor no cobra con tarjetas",
                              "this server takes no card payments"};
constexpr Sentences kMessages{"este servidor no envía mensajes", "this server sends no messages"};
constexpr Sentences kCarriers{"este servidor no elige operador por llamada (BYOC)",
                              "this server does not choose a carrier by call (BYOC)"};
constexpr Sentences kReasons{"este servidor no transmite el motivo de una llamada",
                             "this server does not pass on the reason for a call"};
constexpr Sentences kFlows{"este servidor no llama a aplicaciones, tarjetas SIM ni WhatsApp",
                           "this server does not dial applications, SIM cards or WhatsApp"};
constexpr Sentences kEcho{"este servidor no tiene este verbo de Twilio",
                          "this server does not have this verb of Twilio's"};
constexpr Sentences kEvents{"este servidor no avisa de cada evento de una llamada por este medio",
                            "this server does not tell of a call's events in this way"};

constexpr NotBuilt entry(std::string_view place, std::string_view name, Sentences sentences,
                         std::string_view harmless = {}) {
    return {place, name, harmless, sentences.es, sentences.en};
}

constexpr std::array kNotBuilt{
    entry("Record", "", kRecording),
    entry("Enqueue", "", kQueues),
    entry("Leave", "", kQueues),
    entry("Refer", "", kTransfer),
    entry("Connect", "", kStreams),
    entry("Start", "", kStreams),
    entry("Stop", "", kStreams),
    entry("Pay", "", kPayments),
    entry("Prompt", "", kPayments),
    entry("Sms", "", kMessages),
    entry("Message", "", kMessages),
    entry("Echo", "", kEcho),

    entry("Conference", "", kRooms),
    entry("Queue", "", kQueues),
    entry("Client", "", kClients),
    entry("Application", "", kFlows),
    entry("Sim", "", kFlows),
    entry("WhatsApp", "", kFlows),

    entry("Dial", "record", kRecording, "do-not-record|false"),
    entry("Dial", "recordingTrack", kRecording),
    entry("Dial", "trim", kRecording),
    entry("Dial", "recordingStatusCallback", kRecording),
    entry("Dial", "recordingStatusCallbackMethod", kRecording),
    entry("Dial", "recordingStatusCallbackEvent", kRecording),
    entry("Dial", "recordingConfigurationId", kRecording),
    entry("Dial", "referUrl", kTransfer),
    entry("Dial", "referMethod", kTransfer),
    entry("Dial", "callReason", kReasons),
    entry("Dial", "events", kEvents),

    entry("Number", "byoc", kCarriers),
    entry("Number", "machineDetection", kMachines),
    entry("Number", "machineDetectionTimeout", kMachines),
    entry("Number", "machineDetectionSpeechThreshold", kMachines),
    entry("Number", "machineDetectionSpeechEndThreshold", kMachines),
    entry("Number", "machineDetectionSilenceTimeout", kMachines),
    entry("Number", "amdStatusCallback", kMachines),
    entry("Number", "amdStatusCallbackMethod", kMachines),
    entry("Sip", "byoc", kCarriers),
    entry("Sip", "machineDetection", kMachines),
    entry("Sip", "machineDetectionTimeout", kMachines),
    entry("Sip", "machineDetectionSpeechThreshold", kMachines),
    entry("Sip", "machineDetectionSpeechEndThreshold", kMachines),
    entry("Sip", "machineDetectionSilenceTimeout", kMachines),
    entry("Sip", "amdStatusCallback", kMachines),
    entry("Sip", "amdStatusCallbackMethod", kMachines),

    entry("Calls", "Record", kRecording, "false"),
    entry("Calls", "RecordingChannels", kRecording),
    entry("Calls", "RecordingTrack", kRecording),
    entry("Calls", "RecordingStatusCallback", kRecording),
    entry("Calls", "RecordingStatusCallbackMethod", kRecording),
    entry("Calls", "RecordingStatusCallbackEvent", kRecording),
    entry("Calls", "Trim", kRecording),
    entry("Calls", "MachineDetection", kMachines),
    entry("Calls", "MachineDetectionTimeout", kMachines),
    entry("Calls", "MachineDetectionSpeechThreshold", kMachines),
    entry("Calls", "MachineDetectionSpeechEndThreshold", kMachines),
    entry("Calls", "MachineDetectionSilenceTimeout", kMachines),
    entry("Calls", "AsyncAmd", kMachines, "false"),
    entry("Calls", "AsyncAmdStatusCallback", kMachines),
    entry("Calls", "AsyncAmdStatusCallbackMethod", kMachines),
    entry("Calls", "Byoc", kCarriers),
    entry("Calls", "CallReason", kReasons),
    entry("Calls", "CallToken", kReasons),
    entry("Calls", "ClientNotificationUrl", kEvents),
};

bool is_harmless(const NotBuilt& what, std::string_view value) {
    if (what.name.empty()) return false;
    if (value.empty()) return true;
    for (std::string_view words = what.harmless; !words.empty();) {
        const auto end = std::min(words.find('|'), words.size());
        if (iequals(words.substr(0, end), value)) return true;
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return false;
}

const NotBuilt* find_entry(std::string_view place, std::string_view name) {
    const auto found = std::find_if(kNotBuilt.begin(), kNotBuilt.end(), [&](const NotBuilt& each) {
        return each.place == place && each.name == name;
    });
    return found == kNotBuilt.end() ? nullptr : &*found;
}

const NotBuilt* find_shown(std::string_view detail) {
    if (!detail.starts_with('<')) return find_entry("Calls", detail.substr(0, detail.find('=')));
    detail.remove_prefix(1);
    const auto element = detail.substr(0, detail.find_first_of(" >"));
    detail.remove_prefix(element.size());
    if (!detail.starts_with(' ')) return find_entry(element, "");
    detail.remove_prefix(1);
    return find_entry(element, detail.substr(0, detail.find_first_of("=>")));
}

}  // namespace

std::span<const NotBuilt> not_built() { return kNotBuilt; }

const NotBuilt* find_not_built(std::string_view place, std::string_view name,
                               std::string_view value) {
    const NotBuilt* found = find_entry(place, name);
    return found && !is_harmless(*found, value) ? found : nullptr;
}

std::optional<WarningText> explain_warning(int code, std::string_view detail) {
    if (code == kNotBuiltCode)
        if (const NotBuilt* found = find_shown(detail))
            return WarningText{code, found->es, found->en};
    return find_warning(code);
}

}  // namespace skyn3t::model
