#include "twiml/schema_table.hpp"

#include <algorithm>
#include <string>

namespace skyn3t::twiml {

namespace {

using enum ValueKind;

constexpr std::string_view kVerbs =
    " Say Play Pause Gather Dial Redirect Reject Hangup Record Enqueue Leave Refer Connect Start "
    "Stop Pay Sms Message Prompt Echo ";
constexpr std::string_view kSpeech = " break emphasis lang p s phoneme prosody say-as sub w ";
constexpr std::string_view kRecordingEvents = "in-progress|completed|absent";
constexpr std::string_view kCallEvents = "initiated|ringing|answered|completed";

constexpr AttributeRule kResponse[] = {{"version", word, 12101, "2010-04-01|2008-08-01"}};

constexpr AttributeRule kSay[] = {
    {"voice", voice, 13511}, {"language", language, 12200}, {"loop", number, 13510, "0-"}};
constexpr AttributeRule kBreak[] = {
    {"strength", word, 12200, "none|x-weak|weak|medium|strong|x-strong"}, {"time", text, 12200}};
constexpr AttributeRule kEmphasis[] = {{"level", word, 12200, "strong|moderate|reduced"}};
constexpr AttributeRule kLang[] = {{"xml:lang", language, 12200}};
constexpr AttributeRule kPhoneme[] = {{"alphabet", text, 12200}, {"ph", text, 12200}};
constexpr AttributeRule kProsody[] = {
    {"volume", decibel, 12200, "silent|x-soft|soft|medium|loud|x-loud|default"},
    {"rate", rate, 13513, "x-slow|slow|medium|fast|x-fast|default"},
    {"pitch", rate, 12200, "x-low|low|medium|high|x-high|default"}};
constexpr AttributeRule kSayAs[] = {
    {"interpret-as", word, 12200,
     "characters|spell-out|cardinal|number|ordinal|digits|fraction|unit|date|time|address|"
     "expletive|telephone"},
    {"format", text, 12200}};
constexpr AttributeRule kSub[] = {{"alias", text, 12200}};
constexpr AttributeRule kW[] = {{"role", text, 12200}};

constexpr AttributeRule kPlay[] = {{"loop", number, 13410, "0-"}, {"digits", tones, 13430}};
constexpr AttributeRule kPause[] = {{"length", number, 13910, "1-"}};
constexpr AttributeRule kRedirect[] = {{"method", word, 13710, kMethods}};
constexpr AttributeRule kReject[] = {{"reason", word, 13810, "rejected|busy"}};

constexpr AttributeRule kGather[] = {{"input", word, 13326, "dtmf|speech|dtmf speech|speech dtmf"},
                                     {"action", url, 11100},
                                     {"method", word, 13312, kMethods},
                                     {"timeout", number, 13313, "1-|auto"},
                                     {"finishOnKey", one_key, 13310},
                                     {"numDigits", number, 13314, "1-"},
                                     {"actionOnEmptyResult", flag, 13338},
                                     {"partialResultCallback", callback, 11100},
                                     {"partialResultCallbackMethod", word, 13329, kMethods},
                                     {"language", language, 13331},
                                     {"hints", hints, 13330},
                                     {"speechTimeout", number, 13327, "1-|auto"},
                                     {"maxSpeechTime", number, 13328, "1-"},
                                     {"speechModel", text, 13335},
                                     {"enhanced", flag, 13335},
                                     {"profanityFilter", flag, 13333},
                                     {"bargeIn", flag, 13332},
                                     {"debug", flag, 12200}};

constexpr AttributeRule kRecord[] = {
    {"action", url, 11100},
    {"method", word, 13610, kMethods},
    {"timeout", number, 13611, "0-"},
    {"maxLength", number, 13612, "2-86400"},
    {"finishOnKey", keys, 13613},
    {"playBeep", flag, 13616},
    {"trim", word, 13699, "trim-silence|do-not-trim"},
    {"recordingStatusCallback", callback, 13256},
    {"recordingStatusCallbackMethod", word, 12200, kMethods},
    {"recordingStatusCallbackEvent", words, 13621, kRecordingEvents},
    {"transcribe", flag, 13614},
    {"transcribeCallback", callback, 13257},
    {"recordingConfigurationId", text, 12200}};

constexpr AttributeRule kDial[] = {
    {"action", url, 11100},
    {"method", word, 13210, kMethods},
    {"timeout", number, 13212, "5-600"},
    {"timeLimit", number, 13216, "1-86400"},
    {"callerId", caller_id, 13247},
    {"callReason", text, 12200},
    {"hangupOnStar", flag, 13213},
    {"answerOnBridge", flag, 13219},
    {"ringTone", word, 13220,
     "at|au|bg|br|be|ch|cl|cn|cz|de|dk|ee|es|fi|fr|gr|hu|il|in|it|lt|jp|mx|my|nl|no|nz|ph|pl|pt|ru|"
     "se|sg|th|uk|us|us-old|tw|ve|za"},
    {"record", word, 13217,
     "do-not-record|record-from-answer|record-from-ringing|record-from-answer-dual|"
     "record-from-ringing-dual|true|false"},
    {"recordingTrack", word, 12200, "inbound|outbound|both"},
    {"trim", word, 12200, "trim-silence|do-not-trim"},
    {"recordingStatusCallback", callback, 13256},
    {"recordingStatusCallbackMethod", word, 12200, kMethods},
    {"recordingStatusCallbackEvent", words, 12200, kRecordingEvents},
    {"recordingConfigurationId", text, 12200},
    {"events", text, 12200},
    {"referUrl", url, 11100},
    {"referMethod", word, 13210, kMethods},
    {"sequential", flag, 13218}};

constexpr AttributeRule kNumber[] = {
    {"sendDigits", send_keys, 13222},
    {"url", url, 11100},
    {"method", word, 13221, kMethods},
    {"statusCallback", callback, 11100},
    {"statusCallbackMethod", word, 13221, kMethods},
    {"statusCallbackEvent", words, 12200, kCallEvents},
    {"byoc", text, 12200},
    {"machineDetection", word, 12200, "Enable|DetectMessageEnd"},
    {"machineDetectionTimeout", number, 12200, "3-60"},
    {"machineDetectionSpeechThreshold", number, 12200, "1000-6000"},
    {"machineDetectionSpeechEndThreshold", number, 12200, "500-5000"},
    {"machineDetectionSilenceTimeout", number, 12200, "2000-10000"},
    {"amdStatusCallback", callback, 11100},
    {"amdStatusCallbackMethod", word, 12200, kMethods}};
constexpr AttributeRule kSip[] = {{"username", text, 13249},
                                  {"password", text, 13249},
                                  {"url", url, 11100},
                                  {"method", word, 13241, kMethods},
                                  {"statusCallback", callback, 11100},
                                  {"statusCallbackMethod", word, 13241, kMethods},
                                  {"statusCallbackEvent", words, 12200, kCallEvents},
                                  {"machineDetection", word, 12200, "Enable|DetectMessageEnd"},
                                  {"machineDetectionTimeout", number, 12200, "3-60"},
                                  {"machineDetectionSpeechThreshold", number, 12200, "1000-6000"},
                                  {"machineDetectionSpeechEndThreshold", number, 12200, "500-5000"},
                                  {"machineDetectionSilenceTimeout", number, 12200, "2000-10000"},
                                  {"amdStatusCallback", callback, 11100},
                                  {"amdStatusCallbackMethod", word, 12200, kMethods}};
constexpr AttributeRule kClient[] = {{"url", url, 11100},
                                     {"method", word, 12200, kMethods},
                                     {"statusCallback", callback, 11100},
                                     {"statusCallbackMethod", word, 12200, kMethods},
                                     {"statusCallbackEvent", words, 12200, kCallEvents}};
constexpr AttributeRule kConference[] = {
    {"muted", flag, 13230},
    {"beep", word, 13235, "true|false|onEnter|onExit"},
    {"startConferenceOnEnter", flag, 13232},
    {"endConferenceOnExit", flag, 13231},
    {"participantLabel", text, 16023},
    {"jitterBufferSize", word, 12200, "large|medium|small|off"},
    {"waitUrl", url, 13233},
    {"waitMethod", word, 13234, kMethods},
    {"maxParticipants", number, 12200, "2-250"},
    {"record", word, 12200, "do-not-record|record-from-start"},
    {"region", word, 12200, "us1|ie1|de1|sg1|br1|au1|jp1|us2"},
    {"trim", word, 13239, "trim-silence|do-not-trim"},
    {"coach", text, 13240},
    {"statusCallbackEvent", words, 12200,
     "start|end|join|leave|mute|hold|modify|speaker|announcement"},
    {"statusCallback", callback, 11100},
    {"statusCallbackMethod", word, 12200, kMethods},
    {"recordingStatusCallback", callback, 13256},
    {"recordingStatusCallbackMethod", word, 12200, kMethods},
    {"recordingStatusCallbackEvent", words, 12200, kRecordingEvents}};
constexpr AttributeRule kQueue[] = {{"url", url, 14211},
                                    {"method", word, 14210, kMethods},
                                    {"reservationSid", text, 14215},
                                    {"postWorkActivitySid", text, 12200}};
constexpr AttributeRule kEnqueue[] = {
    {"action", url, 14203},       {"method", word, 14201, kMethods},
    {"waitUrl", url, 14202},      {"waitUrlMethod", word, 14206, kMethods},
    {"workflowSid", text, 14220}, {"maxQueueSize", number, 12200, "1-5000"}};
constexpr AttributeRule kRefer[] = {{"action", url, 11100}, {"method", word, 12200, kMethods}};
constexpr AttributeRule kConnect[] = {{"action", url, 11100}, {"method", word, 12200, kMethods}};
constexpr AttributeRule kStart[] = {{"action", url, 11100}, {"method", word, 12200, kMethods}};
constexpr AttributeRule kStream[] = {
    {"url", stream, 31923},
    {"name", text, 12200},
    {"connectorName", text, 31940},
    {"track", word, 31941, "inbound_track|outbound_track|both_tracks"},
    {"statusCallback", callback, 11100},
    {"statusCallbackMethod", word, 12200, kMethods}};
constexpr AttributeRule kParameter[] = {{"name", text, 12200}, {"value", text, 12200}};

constexpr ElementRule kElements[] = {
    {"Response", kResponse, kVerbs},
    {"Say", kSay, kSpeech, 12200, true},
    {"Play", kPlay, "", 12200, true},
    {"Pause", kPause, ""},
    {"Gather", kGather, " Say Play Pause ", 13320},
    {"Dial", kDial, " Number Sip Client Conference Queue Application Sim WhatsApp ", 13215, true},
    {"Redirect", kRedirect, "", 12200, true},
    {"Reject", kReject, ""},
    {"Hangup", {}, ""},
    {"Record", kRecord, ""},
    {"Enqueue", kEnqueue, " Task ", 12200, true},
    {"Leave", {}, ""},
    {"Refer", kRefer, " Sip "},
    {"Connect", kConnect, "", 12200, false, true},
    {"Start", kStart, " Stream Recording Siprec Transcription "},
    {"Stop", {}, " Stream Recording Siprec Transcription "},
    {"Pay", {}, "", 12200, false, true},
    {"Sms", {}, "", 12200, true, true},
    {"Message", {}, "", 12200, true, true},
    {"Prompt", {}, "", 12200, false, true},
    {"Echo", {}, ""},
    {"Number", kNumber, "", 12200, true},
    {"Sip", kSip, "", 12200, true},
    {"Client", kClient, " Identity Parameter ", 12200, true},
    {"Conference", kConference, "", 12200, true},
    {"Queue", kQueue, "", 12200, true},
    {"Application", {}, "", 12200, true, true},
    {"Sim", {}, "", 12200, true, true},
    {"WhatsApp", {}, "", 12200, true, true},
    {"Task", {}, "", 12200, true, true},
    {"Identity", {}, "", 12200, true},
    {"Parameter", kParameter, ""},
    {"Stream", kStream, " Parameter "},
    {"Recording", {}, "", 12200, false, true},
    {"Siprec", {}, "", 12200, false, true},
    {"Transcription", {}, "", 12200, false, true},
    {"break", kBreak, ""},
    {"emphasis", kEmphasis, kSpeech, 12200, true},
    {"lang", kLang, kSpeech, 12200, true},
    {"p", {}, kSpeech, 12200, true},
    {"s", {}, kSpeech, 12200, true},
    {"phoneme", kPhoneme, kSpeech, 12200, true},
    {"prosody", kProsody, kSpeech, 12200, true},
    {"say-as", kSayAs, kSpeech, 12200, true},
    {"sub", kSub, kSpeech, 12200, true},
    {"w", kW, kSpeech, 12200, true},
};

}  // namespace

std::span<const ElementRule> element_rules() { return kElements; }

const ElementRule* find_element_rule(std::string_view name) {
    const auto found = std::find_if(std::begin(kElements), std::end(kElements),
                                    [&](const ElementRule& each) { return each.name == name; });
    return found == std::end(kElements) ? nullptr : found;
}

bool may_hold(const ElementRule& parent, std::string_view child) {
    return parent.children.find(" " + std::string(child) + " ") != std::string_view::npos;
}

}  // namespace skyn3t::twiml
