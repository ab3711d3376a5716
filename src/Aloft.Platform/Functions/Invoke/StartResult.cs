namespace Aloft.Platform.Functions.Invoke;

/// <summary>How an attempt to start an instance ended.</summary>
internal abstract record StartResult
{
    StartResult() { }

    public sealed record Started(Instance Instance, TimeSpan InitDuration) : StartResult;

    /// <summary>It came to nothing.</summary>
    public abstract record NotStarted : StartResult
    {
        /// <summary>Why, for people.</summary>
        public abstract string Reason { get; }

        /// <summary>What it means for an invocation that waited for the instance.</summary>
        public abstract InvocationAnswer Answer(Invocation invocation);
    }

    /// <summary>The function's code, not the platform, is why.</summary>
    /// <param name="Meet">What an invocation that meets it is answered.</param>
    /// <param name="Log">Writes what an invocation that meets it leaves in the log.</param>
    public sealed record InitFailed(Func<Invocation, InvocationAnswer> Meet, Action<Invocation> Log, string Error) : NotStarted
    {
        /// <summary>The error as a caller gets it, as far as it is no invocation's.</summary>
        public required string ErrorJson { get; init; }

        public override string Reason => $"FUNCTION_ERROR_INIT_FAILURE: {Error}";

        public override InvocationAnswer Answer(Invocation invocation)
        {
            Log(invocation);
            return Meet(invocation);
        }
    }

    /// <param name="Ever">There can be, once others have gone.</param>
    public sealed record NoRoom(int Megabytes, bool Ever) : NotStarted
    {
        public override string Reason => $"This node has no memory left for another instance of {Megabytes} MB.";

        public override InvocationAnswer Answer(Invocation invocation) => new(AnswerKind.NoRoom, default);
    }

    public sealed record NoSandbox(string Why) : NotStarted
    {
        public override string Reason => Why;

        public override InvocationAnswer Answer(Invocation invocation) => new(AnswerKind.NoSandbox, default, Why);
    }
}
