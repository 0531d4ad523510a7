// brasa.hpp: write a function in C++17 or newer in a few lines. Header only.
//
//     #include <brasa.hpp>
//
//     BRASA_CPP_MODULE(brasa::module("greet", brasa::function("greet", [](brasa::Invocation &call) {
//         return brasa::text("Hello from C++");
//     })))
//
// A function takes the invocation (and, in a module with state, a reference to the state first) and returns nothing,
// a string (sent as it is) or a brasa::Reply. What it throws becomes the answer: brasa::Error with its own type and
// status, any other exception with its demangled type and what(). Nothing unwinds into the host.
// Compile with -shared -fPIC -fvisibility=hidden; brasa_module_v1 stays visible.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef BRASA_HPP
#define BRASA_HPP
#include <chrono>
#include <cstdlib>
#include <cxxabi.h>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

#include "brasa_c.h"

namespace brasa {

inline brasa_bytes bytes(std::string_view text) noexcept { return {text.data(), text.size()}; }
inline std::string_view view(brasa_bytes bytes) noexcept { return {static_cast<const char *>(bytes.ptr), bytes.len}; }

/// An error with a type of the author's choice: `throw brasa::Error("BadName", "The name is empty.")`. With
/// BRASA_RETRY an asynchronous event is tried again.
class Error : public std::runtime_error {
  public:
    Error(std::string type, const std::string &message, brasa_status status = BRASA_FUNCTION_ERROR)
        : std::runtime_error(message), type_(std::move(type)), status_(status) {}
    const std::string &type() const noexcept { return type_; }
    brasa_status status() const noexcept { return status_; }

  private:
    std::string type_;
    brasa_status status_;
};

/// Names and values beside a body, such as HTTP's "status" and headers.
using Metadata = std::vector<std::pair<std::string, std::string>>;

/// A complete answer. Without metadata, the host reads the body of an HTTP answer as a payload format 2.0 response.
struct Reply {
    std::string body;
    Metadata metadata;
};

/// Plain text, with an HTTP status and a content-type.
inline Reply text(std::string body, int status = 200) {
    return {std::move(body), {{"status", std::to_string(status)}, {"content-type", "text/plain; charset=utf-8"}}};
}

/// JSON as it is, with an HTTP status and a content-type.
inline Reply json(std::string body, int status = 200) {
    return {std::move(body), {{"status", std::to_string(status)}, {"content-type", "application/json"}}};
}

namespace detail {

inline void require(brasa_status status, const char *what) {
    if (status == BRASA_OK) return;
    const char *reason = status == BRASA_CLOSED    ? "the client has left or the answer is complete"
                         : status == BRASA_LIMIT   ? "it is over the size limit"
                         : status == BRASA_INVALID ? "the invocation was already answered"
                                                   : "the host refused";
    throw Error("Brasa.Reply", std::string(what) + ": " + reason + " (status " + std::to_string(status) + ").", status);
}

inline std::vector<brasa_pair> pairs(const Metadata &metadata) {
    std::vector<brasa_pair> pairs;
    pairs.reserve(metadata.size());
    for (auto &pair : metadata) pairs.push_back({bytes(pair.first), bytes(pair.second)});
    return pairs;
}

}  // namespace detail

/// A streamed answer: write as often as needed, then end. Leaving the scope ends it too, except while an exception
/// flies: the answer then breaks off with that error.
class Stream {
  public:
    Stream(const Stream &) = delete;
    Stream &operator=(const Stream &) = delete;
    ~Stream() {
        if (!ended_ && std::uncaught_exceptions() <= exceptions_) brasa_host_table->end(call_);
    }

    /// Sends one chunk; waits while the client is slow.
    /// Throws Error with status BRASA_CLOSED when the client has left.
    void write(std::string_view chunk) {
        detail::require(brasa_host_table->write(call_, bytes(chunk)), "A chunk could not be sent");
    }

    /// Completes the answer. Errors after it no longer change the answer.
    void end() {
        ended_ = true;
        detail::require(brasa_host_table->end(call_), "The stream could not be ended");
    }

  private:
    friend class Invocation;
    explicit Stream(brasa_invocation *call) noexcept : call_(call) {}
    brasa_invocation *call_;
    bool ended_ = false;
    int exceptions_ = std::uncaught_exceptions();
};

/// One event being answered. All views end with the invocation.
class Invocation {
  public:
    explicit Invocation(brasa_invocation *call) noexcept : call_(call) {}

    std::string_view event() const noexcept { return view(call_->event); }
    std::string_view content_type() const noexcept { return view(call_->content_type); }
    /// "http", "invoke" or "async".
    std::string_view trigger() const noexcept { return view(call_->trigger); }
    std::string_view request_id() const noexcept { return view(call_->request_id); }
    std::string_view trace_id() const noexcept { return view(call_->trace_id); }
    std::string_view function_name() const noexcept { return view(call_->function_name); }
    std::string_view function_version() const noexcept { return view(call_->function_version); }
    /// 1 for the first delivery.
    unsigned attempt() const noexcept { return call_->attempt; }
    unsigned long long memory_limit_bytes() const noexcept { return call_->memory_limit_bytes; }

    /// A fact beside the event, such as "method", "path" or "query".
    std::optional<std::string_view> metadata(std::string_view name) const noexcept {
        for (size_t i = 0; i < call_->metadata_count; i++)
            if (view(call_->metadata[i].name) == name) return view(call_->metadata[i].value);
        return std::nullopt;
    }

    /// A text member of the event, a JSON object; nullopt when it is absent or null.
    /// Throws Error "InvalidEvent" when the event is no JSON object or the member is not text.
    std::optional<std::string_view> text_member(const char *name) const {
        brasa_bytes value;
        const char *why;
        brasa_status status = brasa_json_get(call_, call_->event, name, &value, &why);
        if (status == BRASA_OK) return view(value);
        if (status == BRASA_NOT_FOUND) return std::nullopt;
        throw Error("InvalidEvent", std::string("The event ") + why + " (looking for \"" + name + "\").");
    }

    /// A decoded value of the query string; nullopt when it is absent.
    /// Throws Error "InvalidQuery" on a broken escape or text that is not UTF-8.
    std::optional<std::string_view> query(const char *name) const {
        brasa_bytes value;
        brasa_status status = brasa_query_get(call_, bytes(metadata("query").value_or("")), name, &value);
        if (status == BRASA_OK) return view(value);
        if (status == BRASA_NOT_FOUND) return std::nullopt;
        throw Error("InvalidQuery", std::string("The query's \"") + name + "\" is not percent-encoded UTF-8.");
    }

    /// text as a JSON string with its quotes; what is not UTF-8 becomes U+FFFD.
    std::string_view json_string(std::string_view text) const {
        brasa_bytes string = brasa_json_string(call_, bytes(text));
        if (!string.ptr) throw std::bad_alloc();
        return view(string);
    }

    /// Time until the deadline; zero or less when it has passed.
    std::chrono::nanoseconds time_left() const noexcept {
        return std::chrono::nanoseconds(brasa_host_table->time_left_ns(call_));
    }
    /// Bytes the instance may still use; -1 when unknown.
    long long memory_left_bytes() const noexcept { return brasa_host_table->memory_left_bytes(call_); }
    /// Whether nobody waits for the answer any more.
    bool cancelled() const noexcept { return brasa_host_table->cancelled(call_) != 0; }

    /// Writes one line to the log, BRASA_LOG_TRACE to BRASA_LOG_ERROR.
    void log(std::string_view message, int level = BRASA_LOG_INFO, const Metadata &fields = {}) const {
        auto pairs = detail::pairs(fields);
        brasa_host_table->log(call_, level, bytes(message), pairs.data(), pairs.size());
    }

    /// Asks a service of the host: AWS's names, and that operation's JSON. The answer lives until invoke returns.
    /// Throws Error with the service's error type, message and status.
    std::string_view service(std::string_view service, std::string_view operation, std::string_view parameters) {
        brasa_request request{};
        request.struct_size = sizeof request;
        request.service = bytes(service);
        request.operation = bytes(operation);
        request.params = bytes(parameters);
        brasa_response response{};
        response.struct_size = sizeof response;
        brasa_status status = brasa_host_table->call(call_, &request, &response);
        if (status != BRASA_OK)
            throw Error(std::string(view(response.error_type)), std::string(view(response.error_message)), status);
        return view(response.result);
    }

    /// Answers. Throws Error when the invocation was already answered or the body is over the limit.
    void reply(std::string_view body, const Metadata &metadata = {}) {
        auto pairs = detail::pairs(metadata);
        detail::require(
            brasa_host_table->reply(call_, bytes(body), pairs.data(), pairs.size()), "The reply could not be sent");
    }
    void reply(const Reply &reply) { this->reply(reply.body, reply.metadata); }

    /// Answers with an error without throwing; what the function returns afterwards must be nothing.
    void fail(std::string_view type, std::string_view message, brasa_status status = BRASA_FUNCTION_ERROR) noexcept {
        brasa_host_table->fail(call_, status, bytes(type), bytes(message));
    }

    /// Starts a streamed answer.
    Stream stream(const Metadata &metadata = {}) {
        auto pairs = detail::pairs(metadata);
        detail::require(brasa_host_table->begin(call_, pairs.data(), pairs.size()), "The stream could not be started");
        return Stream(call_);
    }

    /// The invocation as brasa.h has it.
    brasa_invocation *raw() const noexcept { return call_; }

  private:
    brasa_invocation *call_;
};

namespace detail {

inline std::string demangled(const char *name) {
    int status = 0;
    std::unique_ptr<char, void (*)(void *)> text(abi::__cxa_demangle(name, nullptr, nullptr, &status), std::free);
    std::string demangled = status == 0 && text ? text.get() : name;
    // Says nothing to a caller.
    constexpr std::string_view anonymous = "(anonymous namespace)::";
    for (size_t at; (at = demangled.find(anonymous)) != std::string::npos;) demangled.erase(at, anonymous.size());
    return demangled;
}

/// What the exception being handled says of itself.
struct Thrown {
    std::string type, message;
    brasa_status status = BRASA_FUNCTION_ERROR;

    static Thrown current() {
        std::string type = "unknown exception";
        if (auto *info = abi::__cxa_current_exception_type()) type = demangled(info->name());
        try {
            throw;
        } catch (const Error &error) {
            return {error.type(), error.what(), error.status()};
        } catch (const std::exception &error) {
            return {type, error.what()};
        } catch (const std::string &error) {
            return {type, error};
        } catch (const char *error) {
            return {type, error};
        } catch (...) {
            return {type, "An exception of type " + type + ", which is no std::exception, was thrown."};
        }
    }
};

/// Runs body; what it throws becomes a failure. noexcept: the worst case (no memory to describe an error) still
/// answers, and nothing can unwind into the C program that called.
template <typename Body> brasa_status answer(brasa_invocation *call, Body &&body) noexcept {
    try {
        body();
        return BRASA_OK;
    } catch (...) {
        try {
            Thrown thrown = Thrown::current();
            // Refused when the answer is complete already; the error is then the log's alone.
            if (brasa_host_table->fail(call, thrown.status, bytes(thrown.type), bytes(thrown.message)) != BRASA_OK)
                Invocation(call).log(thrown.type + ": " + thrown.message, BRASA_LOG_ERROR);
            return thrown.status;
        } catch (...) {
            brasa_host_table->fail(call, BRASA_NO_MEMORY, bytes("std::bad_alloc"),
                                   bytes("The function failed and there is no memory to say why."));
            return BRASA_NO_MEMORY;
        }
    }
}

/// Runs a step of the lifecycle; what it throws becomes *why.
template <typename Body> brasa_status step(brasa_bytes *why, Body &&body) noexcept {
    try {
        body();
        return BRASA_OK;
    } catch (...) {
        try {
            // Kept: *why has to outlive this call.
            static std::string reason;
            Thrown thrown = Thrown::current();
            reason = thrown.type + ": " + thrown.message;
            if (why)
                *why = bytes(reason);
            else
                brasa_host_table->log(nullptr, BRASA_LOG_ERROR, bytes(reason), nullptr, 0);
            return thrown.status;
        } catch (...) {
            return BRASA_NO_MEMORY;
        }
    }
}

/// Stands for the state of a module without one.
struct None {};

/// Where a callable lives that a plain C function pointer has to reach: each lambda is a type, and so a slot, of its
/// own. A pointer to function is not (all of one signature share a type), hence the assertion.
template <typename State, typename Call> struct Slot {
    static_assert(std::is_class_v<Call>, "pass a lambda, or brasa::function<&f>(\"name\") for a plain function");
    static inline std::optional<Call> call;

    static brasa_status invoke(void *state, brasa_invocation *raw) noexcept {
        return answer(raw, [&] {
            Invocation invocation(raw);
            if constexpr (std::is_same_v<State, None>)
                deliver(invocation, [&]() -> decltype(auto) { return (*call)(invocation); });
            else
                deliver(invocation, [&]() -> decltype(auto) {
                    return (*call)(*static_cast<State *>(state), invocation);
                });
        });
    }

  private:
    template <typename Body> static void deliver(Invocation &invocation, Body &&body) {
        if constexpr (std::is_void_v<decltype(body())>)
            body();
        else
            invocation.reply(body());
    }
};

template <auto f> struct Plain {
    template <typename... Arguments> decltype(auto) operator()(Arguments &&...arguments) const {
        return f(std::forward<Arguments>(arguments)...);
    }
};

}  // namespace detail

/// What init is given.
struct Setup {
    /// The function's settings as JSON.
    std::string_view config;
    const brasa_host *host;
};

/// What thaw is given in each instance.
struct Thaw {
    /// BRASA_THAW_FORKED or BRASA_THAW_RESUMED.
    unsigned reason;
    /// 32 fresh bytes: seed generators with these, and not in init.
    std::string_view entropy;
};

/// One function of a module: a name of 1 to 64 of A-Z a-z 0-9 - _ and what answers.
template <typename Call> struct Function {
    const char *name;
    Call call;
    const char *description = nullptr;
    /// MiB; 0: the host's default.
    unsigned memory_mb = 0;
    /// Milliseconds; 0: the host's default.
    unsigned timeout_ms = 0;
};

/// A function from a lambda.
template <typename Call>
Function<Call> function(
    const char *name, Call call, const char *description = nullptr, unsigned memory_mb = 0, unsigned timeout_ms = 0) {
    return {name, std::move(call), description, memory_mb, timeout_ms};
}

/// A function from a plain function: `brasa::function<&greet>("greet")`.
template <auto f> Function<detail::Plain<f>> function(const char *name, const char *description = nullptr) {
    return {name, {}, description};
}

/// What a library offers; make one with brasa::module or brasa::stateful and export it with BRASA_CPP_MODULE.
class Module {
  public:
    Module(const Module &) = delete;
    Module &operator=(const Module &) = delete;

    /// For a module whose init starts threads: each instance starts from a fresh process.
    static constexpr uint32_t no_fork = BRASA_MODULE_NO_FORK;

    /// The module as brasa.h has it; valid while this object lives.
    const brasa_module *descriptor() const noexcept { return &module_; }

  private:
    template <typename State, typename... Calls>
    friend std::unique_ptr<Module> make(const char *, const char *, uint32_t, Function<Calls> &&...);
    Module() = default;

    template <typename State, typename Call> void add(Function<Call> &&function) {
        detail::Slot<State, Call>::call.emplace(std::move(function.call));
        functions_.push_back({sizeof(brasa_function), function.name, function.description, function.memory_mb,
                              function.timeout_ms, detail::Slot<State, Call>::invoke});
    }

    std::vector<brasa_function> functions_;
    std::vector<const brasa_function *> list_;
    brasa_module module_{};
};

namespace detail {

template <typename State, typename = void> struct HasFreeze : std::false_type {};
template <typename State>
struct HasFreeze<State, std::void_t<decltype(std::declval<State &>().freeze())>> : std::true_type {};
template <typename State, typename = void> struct HasThaw : std::false_type {};
template <typename State>
struct HasThaw<State, std::void_t<decltype(std::declval<State &>().thaw(std::declval<const Thaw &>()))>>
    : std::true_type {};

template <typename State>
brasa_status init(const brasa_host *host, brasa_bytes config, void **state, brasa_bytes *why) noexcept {
    return step(why, [&] {
        if constexpr (std::is_constructible_v<State, const Setup &>)
            *state = new State(Setup{view(config), host});
        else
            *state = new State();
    });
}

template <typename State> brasa_status freeze(void *state) noexcept {
    return step(nullptr, [&] {
        if constexpr (HasFreeze<State>::value) static_cast<State *>(state)->freeze();
    });
}

template <typename State> brasa_status thaw(void *state, uint32_t reason, brasa_bytes entropy) noexcept {
    return step(nullptr, [&] {
        if constexpr (HasThaw<State>::value) static_cast<State *>(state)->thaw(Thaw{reason, view(entropy)});
    });
}

template <typename State> void shutdown(void *state) noexcept {
    step(nullptr, [&] { delete static_cast<State *>(state); });
}

}  // namespace detail

template <typename State, typename... Calls>
std::unique_ptr<Module> make(const char *name, const char *version, uint32_t flags, Function<Calls> &&...functions) {
    static_assert(sizeof...(Calls) > 0, "a module needs at least one function");
    std::unique_ptr<Module> module(new Module());
    module->functions_.reserve(sizeof...(Calls));
    (module->template add<State>(std::move(functions)), ...);
    for (auto &function : module->functions_) module->list_.push_back(&function);
    brasa_module &descriptor = module->module_;
    descriptor.struct_size = sizeof(brasa_module);
    descriptor.abi_major = BRASA_ABI_MAJOR;
    descriptor.abi_minor = BRASA_ABI_MINOR;
    descriptor.flags = flags;
    descriptor.name = name;
    descriptor.version = version;
    descriptor.toolchain = BRASA_TOOLCHAIN;
    descriptor.functions = module->list_.data();
    descriptor.function_count = static_cast<uint32_t>(module->list_.size());
    if constexpr (!std::is_same_v<State, detail::None>) {
        descriptor.init = detail::init<State>;
        descriptor.freeze = detail::freeze<State>;
        descriptor.thaw = detail::thaw<State>;
        descriptor.shutdown = detail::shutdown<State>;
    }
    return module;
}

/// A module without state.
template <typename... Calls> std::unique_ptr<Module> module(const char *name, Function<Calls>... functions) {
    return make<detail::None>(name, nullptr, 0, std::move(functions)...);
}

/// A module without state, with a version.
template <typename... Calls>
std::unique_ptr<Module> module(const char *name, const char *version, Function<Calls>... functions) {
    return make<detail::None>(name, version, 0, std::move(functions)...);
}

/// A module whose functions take a State first. State is made in init, from a `const brasa::Setup &` when it has such a
/// constructor, once per version; each instance has its copy. `void freeze()` and `void thaw(const brasa::Thaw &)` are
/// called when State has them; its destructor runs at a graceful shutdown.
template <typename State, typename... Calls>
std::unique_ptr<Module> stateful(const char *name, Function<Calls>... functions) {
    return make<State>(name, nullptr, 0, std::move(functions)...);
}

/// As stateful, with a version and flags (0 or Module::no_fork).
template <typename State, typename... Calls>
std::unique_ptr<Module> stateful(
    const char *name, const char *version, uint32_t flags, Function<Calls>... functions) {
    return make<State>(name, version, flags, std::move(functions)...);
}

}  // namespace brasa

/// Exports the module that an expression makes. Once per library. The module is never destroyed: the host may call into
/// it until the process ends. A module that cannot be made (no memory) is NULL, which the host refuses.
#define BRASA_CPP_MODULE(...)                                                                                         \
    extern "C" BRASA_EXPORT const brasa_module *brasa_module_v1(const brasa_host *host) {                             \
        brasa_host_table = host;                                                                                      \
        try {                                                                                                         \
            static const ::brasa::Module *const exported = (__VA_ARGS__).release();                                   \
            return exported->descriptor();                                                                            \
        } catch (...) {                                                                                               \
            return nullptr;                                                                                           \
        }                                                                                                             \
    }

#endif
