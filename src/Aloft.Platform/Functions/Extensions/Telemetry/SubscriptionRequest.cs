using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aloft.Platform.Functions.Extensions.Telemetry;

/// <summary>Whose records a subscriber wants.</summary>
[Flags]
internal enum RecordTypes { None = 0, Platform = 1, Function = 2, Extension = 4 }

/// <summary>When a batch is delivered: whichever is reached first.</summary>
internal readonly record struct Buffering(int MaxItems, int MaxBytes, TimeSpan Timeout);

/// <summary>Where to. A path and a method only for HTTP.</summary>
internal sealed record Destination(bool IsHttp, int Port, string Path, string Method);

/// <summary>
/// A subscription as an extension asks for it, by the Telemetry API or by the Logs API, which came before it.
/// https://docs.aws.amazon.com/lambda/latest/dg/telemetry-api-reference.html, runtimes-logs-api.html
/// </summary>
internal sealed record SubscriptionRequest(bool IsLogsApi, string SchemaVersion, RecordTypes Types, Buffering Buffering, Destination Destination)
{
    public const string TelemetryPath = "/2022-07-01/telemetry", LogsPath = "/2020-08-15/logs";

    const int RuntimeApiPort = 9001, LeastBytes = 256 * 1024, MostBytes = 1024 * 1024, LeastItems = 1000, MostItems = 10_000;

    static readonly string[] TelemetrySchemas = ["2025-01-29", "2022-12-13", "2022-07-01"], LogsSchemas = ["2021-03-18", "2020-08-15"];

    static readonly string[] Hosts = ["sandbox.localdomain", "sandbox"];

    public IEnumerable<string> TypeNames() => NamesOf(Types);

    static IEnumerable<string> NamesOf(RecordTypes types) =>
        Enum.GetValues<RecordTypes>().Where(type => type != RecordTypes.None && types.HasFlag(type)).Select(type => type.ToString().ToLowerInvariant());

    public static Refusal? Parse(byte[]? body, bool isLogsApi, out SubscriptionRequest? request)
    {
        request = null;
        var problems = new List<string>();
        try
        {
            if (body is null || JsonNode.Parse(body, documentOptions: ExtensionApi.Strict) is not JsonObject json)
                return Invalid(isLogsApi, "the body must be a JSON object");
            var schema = ReadSchema(json, isLogsApi, problems);
            var types = ReadTypes(json, problems);
            var buffering = ReadBuffering(json, isLogsApi, problems);
            var destination = ReadDestination(json, problems);
            if (problems.Count > 0)
                return Invalid(isLogsApi, string.Join("; ", problems));
            request = new(isLogsApi, schema, types, buffering, destination!);
            return null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            return Invalid(isLogsApi, $"the body is not as it must be: {fault.Message}");
        }
    }

    static Refusal Invalid(bool isLogsApi, string message) => new(400, isLogsApi ? "Logs.ValidationError" : "ValidationError", message);

    static string ReadSchema(JsonObject json, bool isLogsApi, List<string> problems)
    {
        var known = isLogsApi ? LogsSchemas : TelemetrySchemas;
        var schema = json["schemaVersion"]?.GetValue<string>() ?? (isLogsApi ? "2020-08-15" : "");
        if (!known.Contains(schema))
            problems.Add($"schemaVersion must be one of {string.Join(", ", known)}");
        return schema;
    }

    static RecordTypes ReadTypes(JsonObject json, List<string> problems)
    {
        var types = RecordTypes.None;
        foreach (var item in json["types"] as JsonArray ?? [])
        {
            var name = item?.GetValue<string>() ?? "";
            var known = Enum.GetValues<RecordTypes>().FirstOrDefault(type => type.ToString().Equals(name, StringComparison.OrdinalIgnoreCase));
            types |= known;
            if (known == RecordTypes.None)
                problems.Add($"types has '{name}': they are platform, function and extension");
        }
        if (types == RecordTypes.None && problems.Count == 0)
            problems.Add("types should not be empty");
        return types;
    }

    static Buffering ReadBuffering(JsonObject json, bool isLogsApi, List<string> problems)
    {
        var given = json["buffering"] as JsonObject;
        return new(
            Number("maxItems", LeastItems, MostItems, isLogsApi ? MostItems : LeastItems),
            Number("maxBytes", LeastBytes, MostBytes, LeastBytes),
            TimeSpan.FromMilliseconds(Number("timeoutMs", 25, 30_000, 1000)));

        int Number(string name, int least, int most, int usual)
        {
            if (given?[name] is not { } node)
                return usual;
            var number = node.GetValue<double>();
            if (number < least || number > most)
                problems.Add(FormattableString.Invariant($"buffering.{name} must be between {least} and {most}"));
            return (int)Math.Clamp(number, least, most);
        }
    }

    static Destination? ReadDestination(JsonObject json, List<string> problems)
    {
        if (json["destination"] is not JsonObject destination)
        {
            problems.Add("destination must be given");
            return null;
        }
        var method = destination["method"]?.GetValue<string>() ?? "POST";
        if (method is not ("POST" or "PUT"))
            problems.Add("destination.method must be POST or PUT");
        switch (destination["protocol"]?.GetValue<string>())
        {
            case "HTTP" when Uri.TryCreate(destination["URI"]?.GetValue<string>(), UriKind.Absolute, out var uri)
                && uri.Scheme == "http" && Hosts.Contains(uri.Host) && !uri.IsDefaultPort:
                return new(IsHttp: true, Port(uri.Port, problems), uri.PathAndQuery, method);
            case "HTTP":
                problems.Add("destination.URI must be http://sandbox.localdomain:PORT or http://sandbox:PORT, with a path or without");
                return null;
            case "TCP":
                return new(IsHttp: false, Port(destination["port"]?.GetValue<int>() ?? 0, problems), "", method);
            default:
                problems.Add("destination.protocol must be HTTP or TCP");
                return null;
        }
    }

    static int Port(int port, List<string> problems)
    {
        if (port is < 1 or > 65_535 or RuntimeApiPort)
            problems.Add($"the destination's port must be between 1 and 65535 and not {RuntimeApiPort}");
        return port;
    }
}
