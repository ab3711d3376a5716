namespace Aloft.Platform.Functions.Invoke;

/// <summary>What becomes of an instance concerns its fleet: each is called once for each event, from any thread.</summary>
internal interface IInstanceOwner
{
    /// <summary>The instance has answered an invocation. Called before the answer reaches its caller.</summary>
    void Free(Instance instance);

    /// <summary>The instance takes no more invocations: it died, or was ended for a time-out or a fatal error.</summary>
    void Gone(Instance instance);

    /// <summary>The instance has not begun the invocation and never will: another one is to run it.</summary>
    void Return(Instance instance, Invocation invocation);
}
