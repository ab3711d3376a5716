using System.Buffers.Binary;
using System.Collections;
using System.Text;
using System.Text.Json;

namespace Aloft.Runtime;

/// <summary>The INIT frame.</summary>
sealed record Init(
    string Handler, string TaskRoot, IReadOnlyDictionary<string, string> Environment, string FunctionName, string FunctionVersion,
    int MemoryMegabytes, string LogGroup, string LogStream)
{
    public static Init Read(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        // A wrapper has been given the environment, and may have changed it, the handler too.
        var wrapped = root.TryGetProperty("wrapped", out var flag) && flag.GetBoolean();
        var environment = wrapped
            ? System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(one => (string)one.Key, one => (string?)one.Value ?? "")
            : root.GetProperty("environment").EnumerateObject().ToDictionary(one => one.Name, one => one.Value.GetString()!);
        return new(
            wrapped ? environment.GetValueOrDefault("_HANDLER", "") : Text("handler"), Text("taskRoot"), environment,
            Text("functionName"), Text("functionVersion"), root.GetProperty("memoryMegabytes").GetInt32(), Text("logGroup"), Text("logStream"));

        string Text(string name) => root.GetProperty(name).GetString()!;
    }
}

/// <summary>An INVOKE frame. Texts are empty where the caller gave none.</summary>
/// <param name="Event">Valid until the next frame is received.</param>
sealed record Invocation(
    string RequestId, DateTimeOffset Deadline, string FunctionArn, string TraceId, string ClientContext, string Identity, ReadOnlyMemory<byte> Event)
{
    const int RequestIdBytes = 36;

    public static Invocation Read(ReadOnlyMemory<byte> payload)
    {
        var bytes = payload.Span;
        var at = RequestIdBytes + sizeof(long);
        return new(
            Encoding.ASCII.GetString(bytes[..RequestIdBytes]),
            DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(bytes[RequestIdBytes..])),
            Short(bytes), Short(bytes), Long(bytes), Long(bytes), payload[at..]);

        string Short(ReadOnlySpan<byte> bytes) => Text(bytes, sizeof(ushort), BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]));
        string Long(ReadOnlySpan<byte> bytes) => Text(bytes, sizeof(uint), BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]));

        string Text(ReadOnlySpan<byte> bytes, int prefix, int length)
        {
            var text = Encoding.UTF8.GetString(bytes.Slice(at + prefix, length));
            at += prefix + length;
            return text;
        }
    }
}
