// hello-cpp: greets in C++. HTTP gets text, everybody else JSON; what is wrong is thrown.
#include <brasa.hpp>

namespace {

struct InvalidName : std::invalid_argument {
    using std::invalid_argument::invalid_argument;
};

std::string greeting(std::string_view name) {
    if (name.size() > 256)
        throw InvalidName("The name has " + std::to_string(name.size()) + " bytes; at most 256 are allowed.");
    return (name.empty() ? std::string("Hello") : "Hello " + std::string(name))
        + ", C++ is at your service, exceptions included.";
}

brasa::Reply hello(brasa::Invocation &call) {
    if (call.trigger() != "http") {
        std::string message = greeting(call.event().empty() ? "" : call.text_member("name").value_or(""));
        return {"{\"language\":\"c++\",\"message\":" + std::string(call.json_string(message)) + "}", {}};
    }
    try {
        return brasa::text(greeting(call.query("name").value_or("")) + "\n");
    } catch (const InvalidName &error) {
        return brasa::text(std::string(error.what()) + "\n", 400);
    } catch (const brasa::Error &error) {
        return brasa::text(std::string(error.what()) + "\n", 400);
    }
}

}  // namespace

BRASA_CPP_MODULE(brasa::module("hello-cpp", "1.0.0", brasa::function<&hello>("hello-cpp")))
