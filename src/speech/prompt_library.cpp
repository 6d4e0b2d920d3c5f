#include "speech/prompt_library.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>

#include "base/faults.hpp"
#include "base/log.hpp"
#include "speech/prompt_cache.hpp"
#include "speech/prompt_disk.hpp"
#include "speech/prompt_file.hpp"
#include "speech/prompt_source.hpp"
#include "speech/text_normalizer.hpp"

namespace skyn3t::speech {
namespace {

constexpr std::size_t kMostCallbacks = 1024;      // for one render
constexpr std::size_t kMostRemembered = 4096;     // texts whose source is known
constexpr std::size_t kLongestRemembered = 1024;  // octets of such a text
namespace fs = std::filesystem;

// All that a spoken text's source depends on, each part with its length before it.
std::string identity_of(const SayRequest& say) {
    std::string identity;
    const auto add = [&](std::string_view part) {
        identity += std::to_string(part.size());
        identity += ':';
        identity += part;
    };
    add(say.voice);
    add(say.language);
    for (const auto& segment : say.utterance.segments) {
        if (const auto* pause = std::get_if<Break>(&segment)) {
            identity += 'b' + std::to_string(pause->duration.count());
            continue;
        }
        const auto& text = std::get<Text>(segment);
        identity += 't' + std::to_string(static_cast<int>(text.say_as)) + ',' +
                    std::to_string(text.rate) + ',';
        add(text.format);
        add(text.text);
    }
    return identity;
}

// What several renders wait for together.
struct Batch {
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t done = 0;
    std::optional<Error> error;

    void finish(std::optional<Error> failure) {
        const std::lock_guard lock(mutex);
        ++done;
        if (failure && !error) error = std::move(failure);
        changed.notify_all();
    }
};

}  // namespace

struct PromptLibrary::Impl {
    struct Flight {
        PromptSource source;
        std::vector<Callback> callbacks;
    };

    Impl(Options chosen, const RecordingStore& store, Engines found)
        : options(std::move(chosen)),
          recordings(store),
          engines(std::move(found)),
          disk(options.directory, options.disk_bytes),
          cache(options.memory_bytes) {}

    const Options options;
    const RecordingStore& recordings;
    const Engines engines;
    PromptDisk disk;  // locks by itself

    mutable std::mutex mutex;       // of everything below
    std::condition_variable work;   // for the workers: something is queued, or the end
    std::condition_variable space;  // for render_all(): the queue has room, or the end
    PromptCache cache;
    std::unordered_map<std::string, std::shared_ptr<Flight>>
        flights;  // queued or being made, by key
    std::deque<std::shared_ptr<Flight>> queue;
    std::map<std::string, std::map<std::string, std::string>, std::less<>>
        texts;                                                            // code: text: name
    std::map<std::string, std::vector<std::string>, std::less<>> pinned;  // code: keys
    mutable std::unordered_map<std::string, PromptSource> sources;        // by identity_of()
    bool stopping = false;
    std::vector<std::thread> workers;

    fs::path path(const std::string& key) const { return options.directory / (key + ".prompt"); }

    // The recording that stands in for this text of a community; empty when none does.
    std::string recording_of(const SayRequest& say) const {
        if (say.community.empty()) return {};
        const std::string text = plain_text(say.utterance);
        const std::lock_guard lock(mutex);
        const auto community = texts.find(say.community);
        if (community == texts.end()) return {};
        const auto found = community->second.find(text);
        return found == community->second.end() ? std::string{} : found->second;
    }

    Result<PromptSource> resolve(const PromptRequest& request) const {
        if (const auto* recording = std::get_if<RecordingRequest>(&request)) {
            const auto digest = recordings.digest(recording->community, recording->name);
            if (!digest)
                return fail(Errc::not_found, recording->community + " has no recording " +
                                                 skyn3t::quoted(recording->name));
            return recording_source(recording->community, recording->name, *digest);
        }
        const auto& say = std::get<SayRequest>(request);
        if (const auto name = recording_of(say); !name.empty())
            if (const auto digest = recordings.digest(say.community, name))
                return recording_source(say.community, name, *digest);
        auto source = spoken(say);
        if (source) source->keep_on_disk = !say.personal;
        return source;
    }

    // Normalising and hashing a text costs more than all else that a cached prompt needs, and
    // depends on nothing but the request: documents say the same texts in every call.
    Result<PromptSource> spoken(const SayRequest& say) const {
        const std::string identity = identity_of(say);
        {
            const std::lock_guard lock(mutex);
            if (const auto known = sources.find(identity); known != sources.end())
                return known->second;
        }
        const Voice voice = choose_voice(say.voice, say.language).voice;
        auto source = speech_source(normalize(say.utterance, voice.language), voice, engines);
        if (!source || say.personal || identity.size() > kLongestRemembered) return source;
        const std::lock_guard lock(mutex);
        if (sources.size() >= kMostRemembered) sources.clear();
        sources.emplace(identity, *source);
        return source;
    }

    Result<void> enqueue(PromptSource source, Callback callback, bool wait) {
        std::unique_lock lock(mutex);
        for (;;) {
            if (stopping) return fail(Errc::canceled, "the prompt library is closing");
            const auto found = flights.find(source.key);
            if (found != flights.end() && found->second->callbacks.size() < kMostCallbacks) {
                found->second->callbacks.push_back(std::move(callback));
                return {};
            }
            if (found == flights.end() && queue.size() < options.queue) break;
            if (!wait) return fail(Errc::too_many, "too many prompts wait to be rendered");
            space.wait(lock);
        }
        auto flight = std::make_shared<Flight>();
        flight->source = std::move(source);
        flight->callbacks.push_back(std::move(callback));
        flights.emplace(flight->source.key, flight);
        queue.push_back(std::move(flight));
        work.notify_one();
        return {};
    }

    // What is rendered has time, a call's next packet has not: under load the workers, and the
    // programs that they start, give way. (On Linux this is of the calling thread.)
    static void give_way() { (void)setpriority(PRIO_PROCESS, 0, 5); }

    void run() {
        give_way();
        for (;;) {
            std::unique_lock lock(mutex);
            work.wait(lock, [this] { return stopping || !queue.empty(); });
            if (stopping) return;
            const auto flight = std::move(queue.front());
            queue.pop_front();
            space.notify_all();
            auto prompt = Result<PromptPtr>(cache.find(flight->source.key));
            lock.unlock();
            if (*prompt == nullptr) prompt = obtain(flight->source);
            lock.lock();
            if (prompt) cache.insert(flight->source.key, *prompt);
            flights.erase(flight->source.key);
            const auto callbacks = std::move(flight->callbacks);
            lock.unlock();
            for (const auto& callback : callbacks)
                run_guarded("completion of a prompt", [&] { callback(prompt); });
        }
    }

    // From disk, or made and then kept there. Nothing of it may end the worker.
    Result<PromptPtr> obtain(const PromptSource& source) {
        try {
            const auto file = path(source.key);
            auto kept = load_prompt(file, source.key);
            if (kept) {
                std::error_code ignored;
                fs::last_write_time(file, fs::file_time_type::clock::now(), ignored);
                return kept;
            }
            if (kept.error().code != Errc::not_found)
                log::warn("cached prompt is damaged, rendering again key={} error={}", source.key,
                          skyn3t::quoted(kept.error().detail));
            const auto made = make_from(source, engines, recordings);
            if (!made) return tl::unexpected(made.error());
            if (!source.keep_on_disk || made->is_substitute) return made->prompt;
            return keep(source, made->prompt);
        } catch (const std::exception& error) {
            return fail(Errc::unavailable, error.what());
        }
    }

    // Back from the file, so that its pages are the kernel's to drop and to share.
    PromptPtr keep(const PromptSource& source, const PromptPtr& made) {
        const auto saved = save_prompt(path(source.key), *made, source.key);
        if (!saved) {
            log::error("prompt cannot be kept error={}", skyn3t::quoted(saved.error().detail));
            return made;
        }
        const auto kept = load_prompt(path(source.key), source.key).value_or(made);
        disk.added(path(source.key));  // what it removes stays whole for whoever has it open
        return kept;
    }

    void unpin_all(const std::vector<std::string>& keys) {
        for (const auto& key : keys) cache.unpin(key);
    }
};

PromptLibrary::PromptLibrary(Options options, const RecordingStore& recordings, Engines engines)
    : impl_(std::make_unique<Impl>(std::move(options), recordings, std::move(engines))) {
    for (unsigned i = 0; i < std::max(impl_->options.workers, 1u); ++i)
        impl_->workers.emplace_back([impl = impl_.get()] { impl->run(); });
}

PromptLibrary::~PromptLibrary() {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->stopping = true;
        impl_->work.notify_all();
        impl_->space.notify_all();
    }
    for (auto& worker : impl_->workers) worker.join();
    for (const auto& flight : impl_->queue)
        for (const auto& callback : flight->callbacks)
            callback(fail(Errc::canceled, "the prompt library is closing"));
}

PromptPtr PromptLibrary::find(const PromptRequest& request) const {
    const auto source = impl_->resolve(request);
    if (!source) return nullptr;
    const std::lock_guard lock(impl_->mutex);
    return impl_->cache.find(source->key);
}

Result<void> PromptLibrary::render(PromptRequest request, Callback callback) {
    auto source = impl_->resolve(request);
    if (!source) return tl::unexpected(source.error());
    return impl_->enqueue(std::move(*source), std::move(callback), false);
}

Result<void> PromptLibrary::render_file(std::vector<std::uint8_t> bytes, Callback callback) {
    return impl_->enqueue(file_source(std::move(bytes)), std::move(callback), false);
}

Result<void> PromptLibrary::render_all(const std::vector<PromptRequest>& requests,
                                       const Progress& progress) {
    const auto batch = std::make_shared<Batch>();  // outlives this call when a callback does
    for (const auto& request : requests) {
        auto source = impl_->resolve(request);
        const auto finish = [batch](const Result<PromptPtr>& result) {
            batch->finish(result ? std::nullopt : std::optional(result.error()));
        };
        const auto queued = source ? impl_->enqueue(std::move(*source), finish, true)
                                   : Result<void>(tl::unexpected(source.error()));
        if (!queued) batch->finish(queued.error());
    }
    std::unique_lock lock(batch->mutex);
    for (std::size_t told = 0; told < requests.size();) {
        batch->changed.wait(lock, [&] { return batch->done > told; });
        ++told;
        lock.unlock();
        if (progress) progress(told, requests.size());
        lock.lock();
    }
    if (batch->error) return tl::unexpected(*batch->error);
    return {};
}

Result<void> PromptLibrary::publish(const std::string& community,
                                    const std::vector<PublishedPrompt>& prompts,
                                    const Progress& progress) {
    std::map<std::string, std::string> texts;
    std::vector<PromptRequest> requests;
    for (const auto& prompt : prompts) {
        if (!prompt.recording.empty())
            texts.insert_or_assign(plain_text(prompt.say.utterance), prompt.recording);
        SayRequest say = prompt.say;
        say.community = community;
        requests.emplace_back(std::move(say));
    }
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->texts[community].swap(texts);  // `texts` holds what was there before
    }
    std::vector<std::string> keys;
    for (const auto& request : requests)
        if (const auto source = impl_->resolve(request)) keys.push_back(source->key);
    {
        const std::lock_guard lock(impl_->mutex);
        for (const auto& key : keys)
            impl_->cache.pin(key);  // before they are rendered: none is lost
    }
    auto done = render_all(requests, progress);
    const std::lock_guard lock(impl_->mutex);
    if (done) {
        impl_->unpin_all(std::exchange(impl_->pinned[community], std::move(keys)));
    } else {
        impl_->unpin_all(keys);
        impl_->texts[community].swap(texts);
    }
    return done;
}

void PromptLibrary::withdraw(std::string_view community) {
    for (const auto& name : impl_->recordings.names(community))
        if (const auto source = impl_->resolve(RecordingRequest{std::string(community), name})) {
            std::error_code ignored;
            fs::remove(impl_->path(source->key), ignored);
        }
    const std::lock_guard lock(impl_->mutex);
    if (const auto found = impl_->texts.find(community); found != impl_->texts.end())
        impl_->texts.erase(found);
    const auto found = impl_->pinned.find(community);
    if (found == impl_->pinned.end()) return;
    impl_->unpin_all(found->second);
    impl_->pinned.erase(found);
}

}  // namespace skyn3t::speech
