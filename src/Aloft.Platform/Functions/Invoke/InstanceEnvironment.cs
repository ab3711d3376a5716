using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Functions.Standby;
using Aloft.Wire.SigV4;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>
/// What an instance's code finds in its environment: the variables that AWS defines and the function's own, which cannot take
/// a reserved name. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
/// </summary>
internal sealed class InstanceEnvironment
{
    readonly FunctionVersion function;
    readonly RuntimeChoice runtime;
    readonly SortedDictionary<string, string> variables = new(StringComparer.Ordinal);

    /// <param name="pathOf">How the sandbox sees a path that the contract fixes.</param>
    /// <param name="endpoint">Aloft's AWS endpoint as the sandbox reaches it.</param>
    /// <param name="runtimeApi">host:port of the Runtime API, and of the Extensions and Telemetry APIs, as the sandbox reaches it.</param>
    public InstanceEnvironment(
        FunctionVersion function, InitializationType type, RuntimeChoice runtime, string logStream, Credentials credentials,
        Func<string, string> pathOf, string endpoint, string runtimeApi)
    {
        this.function = function;
        this.runtime = runtime;
        LogStream = logStream;
        TaskRoot = pathOf("/var/task");
        OptFolder = pathOf("/opt");
        var runtimeFolder = pathOf("/var/runtime");

        foreach (var (name, value) in function.Environment)
            variables[name] = value;

        variables["_HANDLER"] = function.Handler;
        variables["LAMBDA_TASK_ROOT"] = TaskRoot;
        variables["LAMBDA_RUNTIME_DIR"] = runtimeFolder;
        if (!function.Runtime.StartsWith("provided", StringComparison.Ordinal))
            variables["AWS_EXECUTION_ENV"] = $"AWS_Lambda_{function.Runtime}";
        variables["AWS_LAMBDA_FUNCTION_NAME"] = function.Key.Name;
        variables["AWS_LAMBDA_FUNCTION_VERSION"] = function.Version;
        variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = function.MemoryMegabytes.ToString(System.Globalization.CultureInfo.InvariantCulture);
        variables["AWS_LAMBDA_INITIALIZATION_TYPE"] = type.Text();
        variables["AWS_LAMBDA_LOG_GROUP_NAME"] = function.LogGroup;
        variables["AWS_LAMBDA_LOG_STREAM_NAME"] = logStream;
        variables["AWS_LAMBDA_LOG_FORMAT"] = function.Logging.IsJson ? "JSON" : "Text";
        if (function.Logging.IsJson)
            variables["AWS_LAMBDA_LOG_LEVEL"] = function.Logging.Application.ToString().ToUpperInvariant();
        variables["AWS_REGION"] = function.Key.Region;
        variables["AWS_DEFAULT_REGION"] = function.Key.Region;
        variables["AWS_ACCESS_KEY_ID"] = credentials.AccessKeyId;
        variables["AWS_SECRET_ACCESS_KEY"] = credentials.SecretAccessKey;
        variables["AWS_SESSION_TOKEN"] = credentials.SessionToken ?? "";
        variables["AWS_LAMBDA_RUNTIME_API"] = runtimeApi;

        Default("AWS_ENDPOINT_URL", endpoint);
        if (pathOf("/tmp") is var tmp && tmp != "/tmp")
            Default("TMPDIR", tmp);
        Default("PWD", TaskRoot);
        Default("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"); // else X-Ray's SDK throws where there is no segment
        Default("TZ", ":UTC");
        Default("LANG", "en_US.UTF-8");
        Default("PATH", $"/usr/local/bin:/usr/bin:/bin:{OptFolder}/bin");
        Default("LD_LIBRARY_PATH", LibraryPath(TaskRoot, OptFolder));
        // Where layers keep modules, by the runtime that was asked for: they were made for it, whichever runs here.
        // https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html#packaging-layers-paths
        if (runtime.Installed.Language == Language.Node)
            Default("NODE_PATH",
                $"{OptFolder}/nodejs/{NodeFolder(function.Runtime)}/node_modules:{OptFolder}/nodejs/node_modules:{runtimeFolder}/node_modules:{TaskRoot}");
        if (runtime.Installed.Language == Language.Python)
            Default("PYTHONPATH", $"{OptFolder}/python:{OptFolder}/python/lib/{function.Runtime}/site-packages");
        if (runtime.IsProgram)
            foreach (var (name, value) in DotnetSettings.ForProgram(function.MemoryMegabytes))
                Default(name, value);
    }

    /// <summary><c>nodejs20.x</c> keeps its own modules in <c>node20</c>.</summary>
    static string NodeFolder(string runtime) => runtime.Replace("nodejs", "node", StringComparison.Ordinal).Replace(".x", "", StringComparison.Ordinal);

    public string LogStream { get; }

    public string TaskRoot { get; }

    /// <summary>Where layers are.</summary>
    public string OptFolder { get; }

    public IReadOnlyDictionary<string, string> Variables => variables;

    /// <summary>What an extension finds: all but what is the runtime's own.</summary>
    public IReadOnlyDictionary<string, string> ForExtensions() =>
        variables.Where(pair => !OfRuntimeAlone.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal);

    /// <summary>https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html#runtimes-extensions-registration-api-e</summary>
    static readonly HashSet<string> OfRuntimeAlone =
    [
        "AWS_EXECUTION_ENV", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_XRAY_CONTEXT_MISSING", "AWS_XRAY_DAEMON_ADDRESS",
        "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT", "_AWS_XRAY_DAEMON_ADDRESS", "_AWS_XRAY_DAEMON_PORT", "_HANDLER",
    ];

    /// <summary>The program that the runtime is to be started through, or null. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html</summary>
    public static string? WrapperOf(FunctionVersion function) =>
        function.Environment.TryGetValue("AWS_LAMBDA_EXEC_WRAPPER", out var wrapper) && wrapper.Length > 0 ? wrapper : null;

    /// <summary><c>2026/11/21/[$LATEST]</c> and 32 random hex digits, as AWS names them.</summary>
    public static string NewLogStream(DateTimeOffset now, string version) =>
        FormattableString.Invariant($"{now:yyyy/MM/dd}/[{version}]{RandomNumberGenerator.GetHexString(32, lowercase: true)}");

    /// <summary>
    /// The INIT frame of runtimes/CHANNEL.md. A runtime that was started through a wrapper has its environment already, handler included, as
    /// the wrapper left it.
    /// </summary>
    public ReadOnlyMemory<byte> InitFrame()
    {
        var bytes = new ArrayBufferWriter<byte>(2048);
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartObject();
        json.WriteString("handler", function.Handler);
        json.WriteString("taskRoot", TaskRoot);
        json.WriteBoolean("wrapped", WrapperOf(function) is not null);
        json.WriteStartObject("environment");
        foreach (var (name, value) in variables)
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteString("functionName", function.Key.Name);
        json.WriteString("functionVersion", function.Version);
        json.WriteNumber("memoryMegabytes", function.MemoryMegabytes);
        json.WriteNumber("timeoutMilliseconds", (long)function.Timeout.TotalMilliseconds);
        json.WriteString("logGroup", function.LogGroup);
        json.WriteString("logStream", LogStream);
        if (function.Session is { } session)
        {
            json.WriteStartObject("development");
            if (session.SandboxPort is { } port)
                json.WriteNumber("inspectPort", port);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    /// <summary>The line that turns a waiting shell into the function's own <c>bootstrap</c>: runtimes/CHANNEL.md.</summary>
    public byte[] ExecScript()
    {
        var (own, layers) = (Quote($"{TaskRoot}/bootstrap"), Quote($"{OptFolder}/bootstrap"));
        var script = new StringBuilder($"b={own}; [ -e {own} ] || [ ! -e {layers} ] || b={layers}; ");
        script.Append($"cd {Quote(TaskRoot)} && exec 3>&- /usr/bin/env -i");
        foreach (var (name, value) in variables)
            script.Append(' ').Append(Quote($"{name}={value}"));
        if (WrapperOf(function) is { } wrapper)
            script.Append(' ').Append(Quote(wrapper));
        var program = runtime.IsProgram ? $"{Quote(runtime.Installed.Path)} {Quote($"{TaskRoot}/{function.Handler}.dll")}" : "\"$b\"";
        return Encoding.UTF8.GetBytes(script.Append(' ').Append(program).Append(" </dev/null\n").ToString());
    }

    /// <summary>Where the dynamic loader looks, before it looks where the system has its libraries.</summary>
    public static string LibraryPath(string task, string opt) => $"{task}:{task}/lib:{opt}/lib";

    static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    void Default(string name, string value) => variables.TryAdd(name, value);
}
