using Aloft.Platform.Functions.Registry;

namespace Aloft.Platform.Functions.Asynchronous;

/// <summary>How a function, a version or an alias is invoked asynchronously; null is what the user left to the default.</summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/api/API_FunctionEventInvokeConfig.html</remarks>
/// <param name="Qualifier"><c>$LATEST</c>, a version or an alias.</param>
/// <param name="MaxRetries">After function errors: 0 to 2.</param>
/// <param name="MaxAge">60 s to 6 hours, in whole seconds.</param>
/// <param name="OnSuccess">ARN of what gets a record of each event that succeeded.</param>
/// <param name="OnFailure">ARN of what gets a record of each event that was given up.</param>
public sealed record EventInvokeConfig(
    FunctionKey Function, string Qualifier, int? MaxRetries, TimeSpan? MaxAge, string? OnSuccess, string? OnFailure, DateTimeOffset LastModified);

/// <summary>What becomes of invocations that go in a circle. Persisted by name.</summary>
public enum RecursiveLoop { Terminate, Allow }

/// <summary>What holds for the events of a function as it was named: the user's settings over the defaults.</summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html</remarks>
/// <param name="Config">Null where the user has set nothing.</param>
public sealed record AsynchronousSettings(FunctionKey Function, EventInvokeConfig? Config, RecursiveLoop Loop)
{
    public int MaxRetries => Config?.MaxRetries ?? Limits.DefaultRetries;

    public TimeSpan MaxAge => Config?.MaxAge ?? Limits.DefaultAge;
}
