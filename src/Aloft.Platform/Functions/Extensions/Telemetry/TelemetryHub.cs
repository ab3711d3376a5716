using System.Text.Json;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Sandbox;

namespace Aloft.Platform.Functions.Extensions.Telemetry;

/// <summary>
/// What happens in one instance, told to those of its extensions that have subscribed. Subscriptions are made during init; where there
/// are none, nobody calls the rest of this. Thread-safe. https://docs.aws.amazon.com/lambda/latest/dg/telemetry-api.html
/// </summary>
internal sealed class TelemetryHub(FunctionVersion function, string runtimeVersion, SystemLog log, ISandbox sandbox, TimeProvider time) : IAsyncDisposable
{
    readonly Lock gate = new();
    readonly DateTimeOffset initStart = time.GetUtcNow();
    Subscription[] subscriptions = []; // replaced as a whole
    List<(RecordTypes Whose, string Type, byte[] Record)>? early = []; // of the init phase: who subscribes late gets it too
    int earlyBytes;
    readonly Dictionary<RecordTypes, (int Records, long Bytes)> tooMany = []; // what could not be kept for them
    readonly List<(string Extension, SubscriptionRequest Request)> requests = [];
    bool closed;

    public bool HasSubscribers => Volatile.Read(ref subscriptions).Length > 0;

    public Refusal? Subscribe(string extension, SubscriptionRequest request)
    {
        var api = request.IsLogsApi ? "Logs" : "Telemetry";
        lock (gate)
        {
            if (closed)
                return new(403, $"{api}.SubscriptionClosed", $"{api} API subscription is closed already");
            var known = requests.Find(one => one.Extension == extension).Request;
            if (known is not null && known.IsLogsApi != request.IsLogsApi)
                return new(403, $"{api}.AlreadySubscribed", $"{extension} has subscribed through the other of the Telemetry and Logs APIs");
            if (known is not null)
                return null; // asking twice subscribes once
            requests.Add((extension, request));
            IDelivery delivery = request.Destination.IsHttp
                ? new HttpDelivery(sandbox, request.Destination)
                : new TcpDelivery(sandbox, request.Destination);
            var subscription = new Subscription(request, delivery, time);
            foreach (var (whose, type, record) in (early ?? []).Prepend((RecordTypes.Platform, "platform.initStart", InitStart())))
                if (request.Types.HasFlag(whose) && Knows(request, type))
                    subscription.Add(record);
            foreach (var (whose, (records, bytes)) in tooMany)
                if (request.Types.HasFlag(whose))
                    subscription.Drop(records, bytes);
            subscriptions = [.. subscriptions, subscription];
        }
        var types = request.TypeNames().ToArray();
        log.Subscription(api, extension, types);
        Publish(RecordTypes.Platform, "platform.telemetrySubscription", json =>
        {
            json.WriteString("name", extension);
            json.WriteString("state", "Subscribed");
            WriteArray(json, "types", types);
        });
        return null;
    }

    /// <summary>The init phase has ended: nobody subscribes any more.</summary>
    public void Close()
    {
        lock (gate)
            (closed, early) = (true, null);
    }

    /// <summary>Keeps what those who have not subscribed yet are to get.</summary>
    bool Keeps => Volatile.Read(ref early) is not null;

    /// <returns>Those who have subscribed already: in one step, so that nobody gets it twice or not at all.</returns>
    Subscription[] Keep(RecordTypes whose, string type, byte[] record)
    {
        lock (gate)
        {
            if (early is { Count: < Limits.EarlyRecords } && earlyBytes + record.Length <= Limits.EarlyBytes)
            {
                early.Add((whose, type, record));
                earlyBytes += record.Length;
            }
            else if (early is not null)
            {
                var (records, bytes) = tooMany.GetValueOrDefault(whose);
                tooMany[whose] = (records + 1, bytes + record.Length);
            }
            return subscriptions;
        }
    }

    /// <summary>It began before anybody could subscribe: each gets it then.</summary>
    byte[] InitStart() => PlatformEvents.Of(initStart, "platform.initStart", json =>
    {
        WritePhase(json);
        json.WriteString("runtimeVersion", runtimeVersion);
        json.WriteString("functionName", function.Key.Name);
        json.WriteString("functionVersion", function.Version);
        json.WriteString("instanceId", sandbox.Id);
        json.WriteNumber("instanceMaxMemory", function.MemoryMegabytes * 1024L * 1024);
    });

    void WritePhase(Utf8JsonWriter json)
    {
        json.WriteString("initializationType", log.InitializationType);
        json.WriteString("phase", "init");
    }

    public void InitRuntimeDone(string status, string? errorType) => Publish(RecordTypes.Platform, "platform.initRuntimeDone", json =>
    {
        WritePhase(json);
        json.WriteString("status", status);
        WriteErrorType(json, errorType);
    });

    public void InitReport(TimeSpan took, string status, string? errorType) => Publish(RecordTypes.Platform, "platform.initReport", json =>
    {
        WritePhase(json);
        json.WriteString("status", status);
        WriteErrorType(json, errorType);
        json.WriteStartObject("metrics");
        WriteMilliseconds(json, "durationMs", took);
        json.WriteEndObject();
    });

    public void Extension(string name, string state, IReadOnlyList<string> events, string? errorType) =>
        Publish(RecordTypes.Platform, "platform.extension", json =>
        {
            json.WriteString("name", name);
            json.WriteString("state", state);
            WriteArray(json, "events", events);
            WriteErrorType(json, errorType);
        });

    public void Start(Invocation invocation) => Publish(RecordTypes.Platform, "platform.start", json =>
    {
        json.WriteString("requestId", invocation.RequestId);
        json.WriteString("version", function.Version);
        WriteTracing(json, invocation);
    });

    /// <summary>The runtime has answered, or failed.</summary>
    public void RuntimeDone(Invocation invocation, TimeSpan took, FunctionFailure? failure, bool isError, long producedBytes)
    {
        if (!HasSubscribers)
            return;
        var status = failure is { Status: "timeout" } ? "timeout" : failure is not null ? "failure" : isError ? "error" : "success";
        Publish(RecordTypes.Platform, "platform.runtimeDone", json =>
        {
            json.WriteString("requestId", invocation.RequestId);
            json.WriteString("status", status);
            WriteErrorType(json, failure is { Status: "error" } ? failure.ErrorType : null);
            WriteTracing(json, invocation);
            json.WriteStartObject("metrics");
            WriteMilliseconds(json, "durationMs", took);
            json.WriteNumber("producedBytes", producedBytes);
            json.WriteEndObject();
        });
    }

    public void Report(in PlatformRecord report, Invocation invocation)
    {
        var shown = report;
        Publish(RecordTypes.Platform, "platform.end", json => json.WriteString("requestId", invocation.RequestId));
        Publish(RecordTypes.Platform, "platform.report", json =>
        {
            json.WriteString("requestId", invocation.RequestId);
            json.WriteStartObject("metrics");
            WriteMilliseconds(json, "durationMs", shown.Duration);
            json.WriteNumber("billedDurationMs", shown.BilledMilliseconds);
            json.WriteNumber("memorySizeMB", shown.MemoryMegabytes);
            json.WriteNumber("maxMemoryUsedMB", CloudWatch.Chunks.PlatformLines.Megabytes(shown));
            if (shown.InitDuration is { } init)
                WriteMilliseconds(json, "initDurationMs", init);
            json.WriteEndObject();
            json.WriteString("status", shown.Status ?? "success");
            WriteErrorType(json, shown.ErrorType);
            WriteTracing(json, invocation);
        });
    }

    /// <summary>In the Logs API's schema only.</summary>
    public void Fault(Invocation invocation, FunctionFailure failure)
    {
        var line = $"RequestId: {invocation.RequestId} Error: {failure.Message}";
        var record = PlatformEvents.Line(time.GetUtcNow(), "platform.fault", System.Text.Encoding.UTF8.GetBytes(line), isJson: false);
        foreach (var one in Volatile.Read(ref subscriptions))
            if (one.Request.IsLogsApi && one.Request.Types.HasFlag(RecordTypes.Platform))
                one.Add(record);
    }

    /// <summary>A line of the function's, or of an extension's.</summary>
    public void Line(RecordTypes whose, DateTimeOffset when, ReadOnlySpan<byte> line)
    {
        var all = Volatile.Read(ref subscriptions);
        if (all.Length == 0 && !Keeps)
            return;
        var type = whose == RecordTypes.Function ? "function" : "extension";
        var record = PlatformEvents.Line(when, type, line, function.Logging.IsJson);
        if (Keeps)
            all = Keep(whose, type, record);
        foreach (var one in all)
            if (one.Request.Types.HasFlag(whose))
                one.Add(record);
    }

    void Publish(RecordTypes whose, string type, Action<Utf8JsonWriter> members)
    {
        var all = Volatile.Read(ref subscriptions);
        if (all.Length == 0 && !Keeps)
            return;
        var record = PlatformEvents.Of(time.GetUtcNow(), type, members);
        byte[]? older = null;
        if (Keeps && type != "platform.telemetrySubscription")
            all = Keep(whose, type, record);
        foreach (var one in all)
        {
            if (!one.Request.Types.HasFlag(whose) || !Knows(one.Request, type))
                continue;
            if (one.Request.IsLogsApi && type == "platform.telemetrySubscription")
                one.Add(older ??= PlatformEvents.Of(time.GetUtcNow(), "platform.logsSubscription", members));
            else
                one.Add(record);
        }
    }

    /// <summary>Each schema has its own types.</summary>
    static bool Knows(SubscriptionRequest request, string type) => type switch
    {
        "platform.end" => request.IsLogsApi,
        "platform.initStart" or "platform.initRuntimeDone" or "platform.initReport" => !request.IsLogsApi,
        "platform.runtimeDone" => !request.IsLogsApi || request.SchemaVersion == "2021-03-18",
        _ => true,
    };

    /// <summary>Nobody in the sandbox can take anything from now on. False while a batch is on its way: then the sandbox should run.</summary>
    public bool TryPause()
    {
        var all = Volatile.Read(ref subscriptions);
        if (all.Any(static one => one.IsDelivering))
            return false;
        foreach (var one in all)
            one.Pause();
        return true;
    }

    public void Resume()
    {
        foreach (var one in Volatile.Read(ref subscriptions))
            one.Resume();
    }

    public Task Flush(TimeSpan within) => Task.WhenAll(Volatile.Read(ref subscriptions).Select(one => one.Flush(within)));

    static void WriteTracing(Utf8JsonWriter json, Invocation invocation)
    {
        if (invocation.TraceId.Length == 0)
            return;
        json.WriteStartObject("tracing");
        json.WriteString("type", "X-Amzn-Trace-Id");
        json.WriteString("value", invocation.TraceId);
        json.WriteEndObject();
    }

    static void WriteMilliseconds(Utf8JsonWriter json, string name, TimeSpan span) => json.WriteNumber(name, Math.Round(span.TotalMilliseconds, 3));

    static void WriteErrorType(Utf8JsonWriter json, string? errorType)
    {
        if (errorType is not null)
            json.WriteString("errorType", errorType);
    }

    static void WriteArray(Utf8JsonWriter json, string name, IEnumerable<string> items)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
            json.WriteStringValue(item);
        json.WriteEndArray();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in Volatile.Read(ref subscriptions))
            await one.DisposeAsync();
    }
}
