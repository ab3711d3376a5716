using SampleFunctions.Core;

namespace SampleFunctions;

public sealed class Logging
{
    public void Writes()
    {
        Console.WriteLine("one");
        Console.Error.WriteLine("two\nstill two");
        Console.Write("three ");
        Console.Write("and ");
        Console.WriteLine("still three");
        Console.Write("four");
        Console.Error.WriteLine("five");
        Console.Write("six");
    }

    public void Levels(ILambdaContext context)
    {
        context.Logger.LogLine("line");
        context.Logger.Log("log");
        context.Logger.Log("Error", "by name");
        context.Logger.LogWarning("warning");
        context.Logger.LogDebug("not shown");
        context.Logger.LogInformation("{count} of {total}", 1, 2);
        context.Logger.LogError(new InvalidOperationException("boom"), "failed");
    }

    public void Formats(ILambdaContext context)
    {
        context.Logger.LogInformation("line");
        context.Logger.Log("Information", "log");
        context.Logger.LogInformation("{size:F2} {@part} left {2}", 1.5, new Dictionary<string, int> { ["a"] = 1 });
        context.Logger.LogError(new InvalidOperationException("boom"), "failed");
    }

    public void Leaves() => Environment.Exit(137);

    public object?[] Context(ILambdaContext context) =>
    [
        context.AwsRequestId, context.LogGroupName, context.LogStreamName, context.FunctionName, context.MemoryLimitInMB, context.FunctionVersion,
        context.InvokedFunctionArn, context.ClientContext?.Client.InstallationId, context.ClientContext?.Client.AppTitle,
        context.ClientContext?.Client.AppVersionName, context.ClientContext?.Custom, context.ClientContext?.Environment,
        context.Identity.IdentityId, context.Identity.IdentityPoolId,
    ];

    public double Remaining(ILambdaContext context) => context.RemainingTime.TotalMilliseconds;
    public string Unknown(ILambdaContext context) => context.Unheard;

    public void Endless()
    {
        Console.WriteLine("first");
        while (true)
        {
        }
    }
}
