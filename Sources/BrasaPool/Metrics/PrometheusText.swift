import BrasaModel

/// Renders the engine's numbers in Prometheus' text format.
///
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
package enum PrometheusText {
    /// All metrics of all functions.
    ///
    /// On the engine's loop.
    package static func render(_ engine: Engine, memoryCap: String) -> String {
        var text = PrometheusWriter()
        let functions = engine.metrics.sorted { $0.key < $1.key }
        text.family("brasa_info", "gauge", "The host.")
        text.sample("brasa_info", [("memory_cap", memoryCap), ("version", "0.1.0")], 1)
        text.family("brasa_invocations_total", "counter", "Invocations that reached an instance.")
        for (name, metrics) in functions {
            text.sample("brasa_invocations_total", [("function", name)], Double(metrics.invocations))
        }
        text.family("brasa_errors_total", "counter", "Invocations without a complete reply, by kind.")
        for (name, metrics) in functions {
            for (kind, count) in metrics.errors.sorted(by: { $0.key < $1.key }) {
                text.sample("brasa_errors_total", [("function", name), ("kind", kind)], Double(count))
            }
        }
        text.family("brasa_throttles_total", "counter", "Calls answered 429, by reason.")
        for (name, metrics) in functions {
            for (reason, count) in metrics.throttles.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                text.sample("brasa_throttles_total", [("function", name), ("reason", reason.rawValue)], Double(count))
            }
        }
        text.family("brasa_cold_starts_total", "counter", "Invocations that waited for their instance to start.")
        for (name, metrics) in functions {
            text.sample("brasa_cold_starts_total", [("function", name)], Double(metrics.coldStarts))
        }
        text.histogram(
            "brasa_duration_seconds", "Time inside the function.", functions.map { ($0.key, $0.value.duration) })
        text.histogram(
            "brasa_init_seconds", "Time of cold starts before the function began.",
            functions.map { ($0.key, $0.value.initialization) })
        text.family("brasa_peak_memory_bytes", "gauge", "Largest resident memory of any invocation.")
        for (name, metrics) in functions {
            text.sample("brasa_peak_memory_bytes", [("function", name)], Double(metrics.peakMemoryBytes))
        }
        self.instances(engine, &text)
        text.custom(functions)
        return text.text
    }

    private static func instances(_ engine: Engine, _ text: inout PrometheusWriter) {
        text.family("brasa_instances", "gauge", "Processes by state.")
        let pools = engine.pools.values.sorted { $0.version.key.description < $1.version.key.description }
        for pool in pools {
            let key = pool.version.key
            for (state, count) in [
                ("starting", pool.machine.startingCount), ("idle", pool.machine.idleCount),
                ("busy", pool.machine.busyCount),
            ] {
                text.sample(
                    "brasa_instances", [("function", key.function), ("version", key.version), ("state", state)],
                    Double(count))
            }
        }
        text.family("brasa_provisioned_instances", "gauge", "Instances kept ready: asked for and there.")
        for pool in pools where pool.machine.settings.provisionedConcurrency > 0 {
            let labels = [("function", pool.version.key.function), ("version", pool.version.key.version)]
            text.sample(
                "brasa_provisioned_instances", labels + [("state", "requested")],
                Double(pool.machine.settings.provisionedConcurrency))
            text.sample(
                "brasa_provisioned_instances", labels + [("state", "allocated")],
                Double(pool.machine.provisionedAllocated))
        }
    }
}

extension PrometheusWriter {
    fileprivate mutating func histogram(_ name: String, _ help: String, _ values: [(String, Histogram)]) {
        self.family(name, "histogram", help)
        for (function, histogram) in values {
            var total: UInt64 = 0
            for (index, bound) in Histogram.boundsSeconds.enumerated() {
                total += histogram.counts[index]
                self.sample("\(name)_bucket", [("function", function), ("le", "\(bound)")], Double(total))
            }
            self.sample("\(name)_bucket", [("function", function), ("le", "+Inf")], Double(histogram.count))
            self.sample("\(name)_sum", [("function", function)], Double(histogram.sumNanoseconds) / 1e9)
            self.sample("\(name)_count", [("function", function)], Double(histogram.count))
        }
    }

    fileprivate mutating func custom(_ functions: [(key: String, value: FunctionMetrics)]) {
        var byName: [String: [([(String, String)], Double)]] = [:]
        for (function, metrics) in functions {
            for (series, value) in metrics.custom {
                let labels = [("function", function)] + series.labels.map { ($0.name, $0.value) }
                byName["brasa_custom_\(series.name)", default: []].append((labels, value))
            }
        }
        for (name, samples) in byName.sorted(by: { $0.key < $1.key }) {
            self.family(name, "untyped", "Of the function's own.")
            for (labels, value) in samples { self.sample(name, labels, value) }
        }
    }
}
