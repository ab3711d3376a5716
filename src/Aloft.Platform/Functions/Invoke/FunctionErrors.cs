using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Aloft.Platform.Kernel;
using Aloft.Sandbox;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>A failure that the platform, not the function's code, reports: AWS's type and the words after "RequestId: … Error: ".</summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html</remarks>
internal sealed record FunctionFailure(string ErrorType, string Message)
{
    /// <summary>AWS's Status field of the REPORT line.</summary>
    public string Status => ErrorType == TimedOutType ? "timeout" : "error";

    const string TimedOutType = "Sandbox.Timedout";

    public static FunctionFailure TimedOut(TimeSpan timeout) =>
        new(TimedOutType, FormattableString.Invariant($"Task timed out after {timeout.TotalSeconds:F2} seconds"));

    /// <param name="told">The status that the runtime said it would exit with.</param>
    public static FunctionFailure Exited(SandboxExit exit, int? told = null) => exit switch
    {
        { OutOfMemory: true } => new("Runtime.OutOfMemory", "Runtime exited with error: signal: killed"),
        { ExitCode: > 128 and var status } when status == told => new("Runtime.ExitError", $"Runtime exited with error: exit status {status}"),
        { ExitCode: > 128 and < 128 + 64 and var status } => Exited(new(null, status - 128, exit.OutOfMemory)), // a shell's word for a signal
        { Signal: { } signal } => new("Runtime.ExitError", $"Runtime exited with error: signal: {SignalName(signal)}"),
        { ExitCode: 0 } => new("Runtime.ExitError", "Runtime exited without providing a reason"),
        _ => new("Runtime.ExitError", $"Runtime exited with error: exit status {exit.ExitCode}"),
    };

    /// <summary>In Go's words, as AWS has them: <c>exit status 1</c>, <c>signal: killed</c>.</summary>
    public static string EndOf(SandboxExit exit) => exit.Signal is { } signal ? $"signal: {SignalName(signal)}" : $"exit status {exit.ExitCode}";

    public static FunctionFailure ResponseTooLarge(long bytes) =>
        new("Function.ResponseSizeTooLarge", $"Response payload size ({bytes} bytes) exceeded maximum allowed payload size ({Limits.ResponseBytes} bytes).");

    public static FunctionFailure StreamTooLarge() =>
        new("Function.ResponseSizeTooLarge", $"The streamed response exceeded the maximum allowed payload size ({Limits.StreamedResponseBytes} bytes).");

    public static FunctionFailure InvalidEntrypoint(string reason) => new("Runtime.InvalidEntrypoint", reason);

    /// <summary>The <c>errorType</c> of an error that a function, or its runtime, answered with; null where it tells none.</summary>
    public static string? TypeOf(ReadOnlyMemory<byte> payload) => ErrorIn(payload).Type;

    /// <summary>What an error's JSON says; null for what it does not say.</summary>
    public static (string? Type, string? Message) ErrorIn(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var json = ForeignJson.Parse(payload);
            return json.RootElement.ValueKind == JsonValueKind.Object ? (Text("errorType"), Text("errorMessage")) : default;

            string? Text(string name) =>
                json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (JsonException)
        {
            return default; // a custom runtime may send anything
        }
    }

    /// <summary>The JSON that the caller receives.</summary>
    public byte[] Payload(Guid requestId)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("errorType", ErrorType);
        json.WriteString("errorMessage", $"RequestId: {requestId} Error: {Message}");
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>The line that precedes END in the log.</summary>
    public byte[] LogLine(Guid requestId, DateTimeOffset now) => Encoding.UTF8.GetBytes(ErrorType == TimedOutType
        ? FormattableString.Invariant($"{now:yyyy-MM-ddTHH:mm:ss.fffZ} {requestId} {Message}")
        : $"RequestId: {requestId} Error: {Message}\n{ErrorType}");

    static string SignalName(int signal) => signal switch
    {
        1 => "hangup",
        2 => "interrupt",
        3 => "quit",
        4 => "illegal instruction",
        6 => "aborted",
        7 => "bus error",
        8 => "floating point exception",
        9 => "killed",
        11 => "segmentation fault",
        13 => "broken pipe",
        15 => "terminated",
        31 => "bad system call",
        _ => $"signal {signal}",
    };
}
