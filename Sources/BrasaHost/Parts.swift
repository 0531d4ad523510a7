import BrasaConfig
import BrasaGateway
import BrasaModel
import BrasaPool
import BrasaRouter
import BrasaSQLite
import BrasaServices
import CBrasaTransport
import Glibc
import Logging
import NIOCore
import NIOPosix

/// All parts of a host and who gets what: the one place where they meet.
struct Parts: Sendable {
    let configuration: Configuration
    let group: MultiThreadedEventLoopGroup
    let threads: NIOThreadPool
    let lock: StateDirectoryLock
    let catalogStore: SQLiteCatalogStore
    let eventStore: SQLiteAsyncEventStore
    let tableStore: SQLiteTableStore
    let blobs: BlobStore
    let log: LogBook
    let engine: NIOLoopBound<Engine>
    let router: NIOLoopBound<Router>
    let table: NIOLoopBound<TableBox>
    let catalog: FunctionCatalog
    let delivery: AsyncDelivery
    let gateway: NIOLoopBound<HTTPServer>
    let control: NIOLoopBound<HTTPServer>
    let engineLoop: any EventLoop
    let controlLoop: any EventLoop
    let tables: TableKeeper
    let tableUpkeep: TableUpkeep
    let folder: FolderKeeper
    let schedules: ScheduleKeeper
    let configurationKeeper: ConfigurationKeeper?
    let addresses: HostAddresses
    let developer: DeveloperPages
    let statePages: StatePages
    let capName: String
    let logger: Logger

    /// The routing table as the engine's loop sees it.
    final class TableBox {
        var table = RoutingTable()
    }

    /// Makes everything, in the order an event flows; nothing listens yet.
    ///
    /// - Parameter lock: the state directory's, when this process has it already.
    static func make(
        _ given: Configuration, options: Host.Options, lock: StateDirectoryLock? = nil, logger: Logger
    ) async throws(HostError) -> Parts {
        var configuration = given
        // Workers have another working directory.
        configuration.host.stateFolder = Self.absolute(given.host.stateFolder)
        configuration.host.functionsFolder = Self.absolute(given.host.functionsFolder)
        let host = configuration.host
        _ = brasa_process_raise_descriptor_limit()
        guard access(options.workerPath, X_OK) == 0 else {
            throw HostError(
                .worker,
                "The worker program \(options.workerPath) is missing or not executable; build it with tools/build.")
        }
        if let problem = FunctionFolder.problem(path: host.functionsFolder) { throw HostError(.functions, problem) }
        let state = try Self.openState(host.stateFolder, lock: lock)
        let finding: MemoryCapProbe.Finding
        do {
            finding = try MemoryCapProbe.find(
                MemoryCapProbe.Choice(rawValue: host.limits.memoryBackend.rawValue) ?? .auto)
        } catch {
            throw HostError(
                .memoryCap,
                "limits.memoryBackend is \(host.limits.memoryBackend.rawValue), which does not work here. \(error)",
                cause: error)
        }
        // Whoever runs without control groups may not know that memory is then only limited roughly.
        let isLast = finding.cap is DataLimit
        for reason in finding.refused {
            logger.log(level: isLast ? .notice : .debug, "memory cap not used", metadata: ["reason": "\(reason)"])
        }

        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let threads = NIOThreadPool(numberOfThreads: 2)
        threads.start()
        let (engineLoop, controlLoop) = (group.next(), group.next())
        let scope = AccountScope(account: host.account, region: host.region)
        let log = LogBook(
            renderer: AWSLogRenderer(),
            observer: options.onEvent.map { LogLineTeller($0).observe }
                ?? options.onLogLine.map { LogLinePrinter($0).observe })
        var settings = Self.engineSettings(host, workerPath: options.workerPath)
        settings.debuggedFunction = options.debuggedFunction
        let blobs = BlobStore(directory: "\(host.stateFolder)/blobs")
        do {
            return try await Self.assemble(
                configuration, options: options, state: state, finding: finding, group: group, threads: threads,
                engineLoop: engineLoop, controlLoop: controlLoop, scope: scope, log: log, settings: settings,
                blobs: blobs,
                logger: logger)
        } catch {
            try? await group.shutdownGracefully()
            try? await threads.shutdownGracefully()
            throw HostError(.state, "The host could not be put together. \(error)", cause: error)
        }
    }

    struct State {
        let lock: StateDirectoryLock
        let catalog: SQLiteCatalogStore
        let events: SQLiteAsyncEventStore
        let tables: SQLiteTableStore
    }

    private static func openState(_ folder: String, lock: StateDirectoryLock?) throws(HostError) -> State {
        do {
            let lock = try lock ?? StateDirectoryLock(directory: folder)
            _ = try StateReplacement(folder).apply()
            return State(
                lock: lock, catalog: try SQLiteCatalogStore(in: lock), events: try SQLiteAsyncEventStore(in: lock),
                tables: try SQLiteTableStore(in: lock))
        } catch {
            throw HostError(.state, "\(error)", cause: error)
        }
    }

    private static func engineSettings(_ host: HostSettings, workerPath: String) -> EngineSettings {
        EngineSettings(
            workerPath: workerPath, scratchFolder: "\(host.stateFolder)/scratch",
            accountConcurrency: host.limits.accountConcurrency, limitsRates: host.limits.profile == .aws,
            queueDepth: host.limits.queue.depth, queueWaitMilliseconds: host.limits.queue.waitMilliseconds,
            replyBytes: host.limits.replyBytes,
            concurrencyWaitMilliseconds: host.limits.concurrencyWaitMilliseconds,
            environment: [
                "AWS_REGION": host.region, "AWS_DEFAULT_REGION": host.region, "AWS_EXECUTION_ENV": "Brasa",
                "AWS_ACCOUNT_ID": host.account,
            ],
            parallelism: System.coreCount)
    }

    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let current = getcwd(nil, 0) else { return path }
        defer { free(current) }
        return "\(String(cString: current))/\(path)"
    }

    private static func assemble(
        _ configuration: Configuration, options: Host.Options, state: State, finding: MemoryCapProbe.Finding,
        group: MultiThreadedEventLoopGroup, threads: NIOThreadPool, engineLoop: any EventLoop,
        controlLoop: any EventLoop, scope: AccountScope, log: LogBook, settings: EngineSettings, blobs: BlobStore,
        logger: Logger
    ) async throws -> Parts {
        let host = configuration.host
        let capName = finding.cap.name
        let addresses = HostAddresses(memoryCap: capName)
        // What functions and SDKs may ask for.
        let tableService = try await TableService(
            store: state.tables, scope: scope, logger: logger,
            // Refused work runs too: the store then says that the host is stopping.
            offload: { work in threads.submit { _ in work() } },
            endpoint: { addresses.controlEndpoint }, now: { WallClock.milliseconds() })
        let tableUpkeep = TableUpkeep(tableService)
        let services = ServiceDirectory([tableService, StreamService(TableStreams(tableService))])

        // The engine's loop: pools and what routes to them.
        let (engine, recorder, router, table, delivery) = try await engineLoop.submit {
            let engine = Engine(
                loop: engineLoop, threads: threads, settings: settings, cap: finding.cap, log: log,
                services: services, logger: logger)
            let recorder = Recorder(next: engine) { WallClock.milliseconds() }
            let router = Router(runner: recorder)
            engine.resolve = { [unowned router] in router.version(for: $0) }
            let box = TableBox()
            var asynchronous = AsyncDeliveryConfiguration()
            if let delays = options.asyncRetryDelaysMilliseconds { asynchronous.retryDelaysMilliseconds = delays }
            let delivery = AsyncDelivery(
                eventLoop: engineLoop, invoker: router, store: state.events, configuration: asynchronous,
                logger: logger,
                entry: { box.table.functions[$0] }, isSwitchedOff: { engine.ledger.reserved(function: $0) == 0 })
            return (
                NIOLoopBound(engine, eventLoop: engineLoop), NIOLoopBound(recorder, eventLoop: engineLoop),
                NIOLoopBound(router, eventLoop: engineLoop),
                NIOLoopBound(box, eventLoop: engineLoop), delivery
            )
        }.get()
        try await engineLoop.flatSubmit { engine.value.start() }.get()

        // The control plane.
        let runner = try await engineLoop.submit { engine.value.runner }.get()
        let catalog = FunctionCatalog(
            configuration: FunctionCatalog.Configuration(
                scope: scope, accountConcurrency: host.limits.accountConcurrency,
                unreservedFloor: host.limits.unreservedFloor),
            store: state.catalog, blobs: blobs, runner: runner, logger: logger,
            verify: { path, symbol in try LibraryCheck.verify(path, exports: symbol?.exports ?? []) },
            now: { WallClock.milliseconds() },
            publish: { published in
                engineLoop.execute {
                    table.value.table = published
                    router.value.replace(published)
                    recorder.value.keep(published)
                }
            })
        let invoker = try await engineLoop.submit { NIOLoopBound<any Invoker>(router.value, eventLoop: engineLoop) }
            .get()
        let lambdaLimits = Self.lambdaLimits(host.limits)
        let (events, eventSink) = AsyncStream<VersionEvent>.makeStream()
        try await engineLoop.submit { engine.value.observer = { eventSink.yield($0) } }.get()
        if let onEvent = options.onEvent {
            try await engineLoop.submit {
                engine.value.add(
                    InvocationWatch(host.limits, debugged: options.debuggedFunction, tell: onEvent))
            }.get()
        }
        let folder = FolderKeeper(
            configuration: configuration, blobs: blobs, catalog: catalog, events: events, loop: controlLoop,
            journal: ReloadJournal(logger: logger, tell: options.onEvent))
        let lambda = LambdaAPI(
            control: catalog, invoker: invoker, asyncInvoker: delivery, logs: log, deployer: folder, scope: scope,
            limits: lambdaLimits,
            logger: logger)
        let candidates = Candidates(folder: "\(host.stateFolder)/candidates", runner: runner, table: table)
        let developer = DeveloperPages(
            next: ServiceAPI(next: lambda, services: services),
            bench: Bench(
                control: catalog, candidates: candidates, router: router, engine: engine,
                payloadLimitBytes: host.limits.payloadBytes),
            candidates: candidates, replay: Replay(candidates: candidates, engine: engine, recorder: recorder),
            addresses: addresses)
        let statePages = StatePages(next: developer, stateFolder: host.stateFolder, threads: threads)
        let pages = ControlPages(
            next: statePages, engine: engine, engineLoop: engineLoop, memoryCap: capName, delivery: delivery,
            tables: TableMetrics(service: tableService, store: state.tables, upkeep: tableUpkeep))

        // What clients reach.
        let gateway = try await engineLoop.submit {
            let handler = FunctionGateway(
                loop: engineLoop, invoker: router.value, account: host.account, region: host.region,
                stage: configuration.stage, health: pages, payloadLimitBytes: host.limits.payloadBytes)
            let server = HTTPServer(
                loop: engineLoop, limits: Self.httpLimits(host.limits, body: host.limits.payloadBytes), handler: handler
            )
            return NIOLoopBound(server, eventLoop: engineLoop)
        }.get()
        let control = try await controlLoop.submit {
            // Beyond what each operation allows, so that the operation is what refuses.
            let body = max(lambdaLimits.controlRequestBytes, lambdaLimits.requestBytes) + (8 << 20)
            var limits = Self.httpLimits(host.limits, body: body)
            limits.bodySetting = nil
            let server = HTTPServer(loop: controlLoop, limits: limits, handler: pages)
            return NIOLoopBound(server, eventLoop: controlLoop)
        }.get()
        let schedules = ScheduleKeeper(catalog: catalog)
        let tables = TableKeeper(services: services, logger: logger)
        let configurationKeeper = options.configurationSource.map { source in
            ConfigurationKeeper(source, current: configuration, loop: controlLoop, logger: logger) {
                // Before the functions that work with them.
                await tables.makeOrReport($0.tables)
                schedules.start(await folder.replace($0))
                options.onEvent?(.configured($0))
            }
        }
        return Parts(
            configuration: configuration, group: group, threads: threads, lock: state.lock, catalogStore: state.catalog,
            eventStore: state.events, tableStore: state.tables, blobs: blobs, log: log, engine: engine, router: router,
            table: table,
            catalog: catalog, delivery: delivery, gateway: gateway, control: control, engineLoop: engineLoop,
            controlLoop: controlLoop, tables: tables, tableUpkeep: tableUpkeep,
            folder: folder, schedules: schedules, configurationKeeper: configurationKeeper, addresses: addresses,
            developer: developer, statePages: statePages, capName: capName, logger: logger)
    }

    private static func lambdaLimits(_ limits: HostLimits) -> LambdaLimits {
        var lambda = LambdaLimits()
        lambda.requestBytes = limits.payloadBytes
        lambda.asynchronousRequestBytes = limits.asyncPayloadBytes
        lambda.responseBytes = limits.replyBytes
        if limits.profile == .brasa { lambda.memoryMegabytes = 16...10_240 }
        return lambda
    }

    private static func httpLimits(_ limits: HostLimits, body: Int) -> HTTPLimits {
        HTTPLimits(
            headBytes: limits.headerBytes, headerCount: limits.headerCount, bodyBytes: body,
            headTimeoutMilliseconds: limits.requestHeadTimeoutMilliseconds,
            bodyTimeoutMilliseconds: limits.requestBodyTimeoutMilliseconds,
            idleTimeoutMilliseconds: limits.idleTimeoutMilliseconds, connections: limits.maximumConnections)
    }

    // MARK: - Start and stop

    /// Makes the tables that are configured and not there.
    func makeTables() async throws(HostError) {
        do {
            try await self.tables.make(self.configuration.tables)
            self.tableUpkeep.start()
        } catch {
            throw HostError(.state, "The tables of serverless.yml cannot be made. \(error)", cause: error)
        }
    }

    /// Reads the stored catalog and takes the folder over.
    func loadFunctions() async throws(HostError) -> [FolderReport] {
        do {
            try await self.catalog.load()
            let (functions, reports) = await self.folder.adoptAll()
            self.schedules.start(functions)
            // Only now: events of functions that the table does not know would be given up.
            try await self.delivery.start()
            await self.folder.start()
            await self.configurationKeeper?.start()
            return reports
        } catch {
            throw HostError(.state, "The stored functions cannot be read. \(error)", cause: error)
        }
    }

    /// Opens both ports.
    func listen() async throws(HostError) -> (gateway: Int, control: Int) {
        let host = self.configuration.host
        let control = try await Self.bind(host.control, key: "control", server: self.control, loop: self.controlLoop)
        self.addresses.setControl(host: host.control.host, port: control)
        let gateway = try await Self.bind(host.gateway, key: "gateway", server: self.gateway, loop: self.engineLoop)
        self.addresses.setGateway(host: host.gateway.host, port: gateway)
        return (gateway, control)
    }

    private static func bind(
        _ listener: HostSettings.Listener, key: String, server: NIOLoopBound<HTTPServer>, loop: any EventLoop
    ) async throws(HostError) -> Int {
        do {
            return try await loop.flatSubmit { server.value.start(host: listener.host, port: listener.port) }.get()
        } catch {
            throw HostError(
                .port, ListenFailure.message(error, host: listener.host, port: listener.port, key: key), cause: error)
        }
    }

    /// Stops everything, clients first.
    ///
    /// - Parameter drainSeconds: nil takes the configured time.
    func stop(drainSeconds: Int64?) async {
        let seconds = drainSeconds ?? Int64(self.configuration.host.limits.drainTimeoutMilliseconds / 1_000)
        self.schedules.stop()
        await self.configurationKeeper?.stop()
        await self.folder.stop()
        await self.developer.stop()
        let (gateway, control, engine) = (self.gateway, self.control, self.engine)
        async let gatewayStopped: Void? = try? self.engineLoop.flatSubmit { gateway.value.stop(seconds: seconds) }.get()
        async let controlStopped: Void? = try? self.controlLoop.flatSubmit { control.value.stop(seconds: seconds) }
            .get()
        _ = await (gatewayStopped, controlStopped)
        await self.delivery.stop()
        try? await self.engineLoop.flatSubmit { engine.value.stop() }.get()
        await self.catalog.finish()
        await self.eventStore.close()
        await self.tableUpkeep.stop()
        await self.tableStore.close()
        await self.catalogStore.close()
        try? await self.threads.shutdownGracefully()
        try? await self.group.shutdownGracefully()
    }
}
