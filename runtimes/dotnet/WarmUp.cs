using System.Text;

namespace Aloft.Runtime;

/// <summary>Does once, for nobody, what a first invocation will do: most of its time would go to compiling the way there.</summary>
static class WarmUp
{
    static readonly string Itself = typeof(WarmUp).Assembly.GetName().Name!;

    public static void Run()
    {
        var logs = new Logs((_, _) => { });
        var init = Init.Read(Encoding.UTF8.GetBytes($$"""
            {"handler": "", "taskRoot": "{{AppContext.BaseDirectory}}", "environment": {"A": "b"}, "functionName": "", "functionVersion": "",
             "memoryMegabytes": 128, "timeoutMilliseconds": 3000, "logGroup": "", "logStream": ""}
            """));
        foreach (var method in (string[])[nameof(Sample.OfPoco), nameof(Sample.OfStream), nameof(Sample.OfText), nameof(Sample.OfNothing), nameof(Sample.Fails)])
        {
            var handler = new Handler(new FunctionCode(AppContext.BaseDirectory).Find($"{Itself}::{typeof(Sample).FullName}::{method}"));
            var invocations = new Invocations(init, handler, logs, (_, _) => { });
            invocations.Answer(Invocation(method == nameof(Sample.OfText) ? "\"text\"" : Event));
        }
        new LogWriter(logs, LogLevel.Information).WriteLine("text");
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
    }

    const string Event = """{"Name": "text", "number": 1, "flag": true, "list": ["a"], "map": {"a": 1.5}, "inner": {"name": null}}""";

    static byte[] Invocation(string json) => [.. Enumerable.Repeat((byte)'0', 36), .. new byte[8 + 2 + 2 + 4 + 4], .. Encoding.UTF8.GetBytes(json)];

    internal interface ILambdaContext
    {
        string AwsRequestId { get; }

        TimeSpan RemainingTime { get; }

        ILambdaLogger Logger { get; }
    }

    internal interface ILambdaLogger
    {
        void LogInformation(string message);
    }

    internal sealed record Poco(string? Name, int Number, bool Flag, List<string>? List, Dictionary<string, double>? Map, Poco? Inner);

    internal sealed class Sample
    {
        internal async Task<Poco> OfPoco(Poco poco, ILambdaContext context)
        {
            await Task.Yield();
            context.Logger.LogInformation($"{context.AwsRequestId} {context.RemainingTime}");
            return poco;
        }

        internal static Stream OfStream(Stream stream) => stream;

        internal static ValueTask<string> OfText(string text) => new(text);

        internal static Task OfNothing(ILambdaContext context) => Task.CompletedTask;

        internal static object Fails(object? any) => throw new InvalidOperationException("warm-up");
    }
}
