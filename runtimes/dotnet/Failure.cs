using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Aloft.Runtime;

/// <summary>What the function's author has to change, in AWS's words.</summary>
sealed class LambdaValidationException(string message) : Exception(message);

/// <summary>An event that is not what the handler takes, or a result that is no JSON.</summary>
sealed class JsonSerializerException(string message, Exception inner) : Exception(message, inner);

/// <summary>Exceptions as the caller and the log see them. https://docs.aws.amazon.com/lambda/latest/dg/csharp-exceptions.html</summary>
static class Failure
{
    public static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    const string TooLargeType = "Function.ResponseSizeTooLarge";
    const string TooLargeText = "Response payload size exceeded maximum allowed payload size (6291556 bytes).";

    /// <summary><see cref="TooLarge"/> for the log.</summary>
    public static readonly Exception ResponseTooLarge = new InvalidOperationException($"{TooLargeType}: {TooLargeText}");

    const int DeepestCause = 16;

    /// <summary>What reflection puts around what the function throws.</summary>
    public static Exception Bare(Exception fault) => fault is TargetInvocationException { InnerException: { } inner } ? Bare(inner) : fault;

    public static byte[] Json(Exception fault)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Plain))
            Write(json, Bare(fault), depth: 0);
        return bytes.ToArray();
    }

    public static byte[] TooLarge()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Plain))
        {
            json.WriteStartObject();
            json.WriteString("errorType", TooLargeType);
            json.WriteString("errorMessage", TooLargeText);
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }

    static void Write(Utf8JsonWriter json, Exception fault, int depth)
    {
        json.WriteStartObject();
        json.WriteString("errorType", fault.GetType().Name);
        json.WriteString("errorMessage", fault.Message);
        json.WriteStartArray("stackTrace");
        foreach (var line in Stack(fault))
            json.WriteStringValue(line);
        json.WriteEndArray();
        if (fault.InnerException is { } cause && depth < DeepestCause)
        {
            json.WritePropertyName("cause");
            Write(json, Bare(cause), depth + 1);
        }
        if (fault is AggregateException { InnerExceptions.Count: > 1 } several && depth < DeepestCause)
        {
            json.WriteStartArray("causes");
            foreach (var one in several.InnerExceptions)
                Write(json, Bare(one), depth + 1);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    /// <summary>The function's frames, without the runtime's and reflection's that called it.</summary>
    public static IEnumerable<string> Stack(Exception fault) =>
        (fault.StackTrace ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).TakeWhile(IsTheFunctions);

    static bool IsTheFunctions(string frame) =>
        !frame.StartsWith("at Aloft.Runtime.", StringComparison.Ordinal)
        && !frame.StartsWith("at InvokeStub_", StringComparison.Ordinal)
        && !frame.StartsWith("at System.Reflection.Method", StringComparison.Ordinal)
        && !frame.StartsWith("at System.RuntimeMethodHandle.", StringComparison.Ordinal)
        && !frame.StartsWith("at System.RuntimeType.", StringComparison.Ordinal);
}
