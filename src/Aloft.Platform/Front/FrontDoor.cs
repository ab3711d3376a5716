using System.Diagnostics;
using Aloft.Platform.Iam;
using Aloft.Platform.Kernel;
using Aloft.Storage;
using Aloft.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Aloft.Platform.Front;

/// <summary>
/// Where every request comes in. Its life:
/// <list type="number">
/// <item>A site claims it (<see cref="HttpSite"/>), or it is a call of an AWS API.</item>
/// <item><see cref="Recognition"/> finds protocol, service and operation.</item>
/// <item><see cref="Authenticator.Admit"/> says who claims to call, and refuses who may not.</item>
/// <item><see cref="RequestBody"/> reads the body within the operation's limit.</item>
/// <item><see cref="Authenticator.Verify"/> checks the signature over it.</item>
/// <item>The operation's handler answers.</item>
/// <item><see cref="Answer"/> encodes the answer, or the one <see cref="ApiError"/> that ended the call.</item>
/// </list>
/// </summary>
public sealed partial class FrontDoor
{
    const string Methods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

    readonly Recognition recognition;
    readonly HttpSite[] sites;
    readonly Authenticator authenticator;
    readonly ILogger logger;

    public FrontDoor(
        IReadOnlyList<ServiceDefinition> services, IReadOnlyList<HttpSite> sites, Authenticator authenticator, ILoggerFactory loggers)
    {
        recognition = new(services);
        this.sites = [.. sites, Health.Site(services)];
        this.authenticator = authenticator;
        logger = loggers.CreateLogger<FrontDoor>();
    }

    public Task Handle(HttpContext http) => Claimant(http) is { } site ? Handle(site, http) : Handle(new Call(http)); // 1

    /// <summary>A site is given the request as it is, at next to no cost: function URLs are the busiest of all.</summary>
    async Task Handle(HttpSite site, HttpContext http)
    {
        try
        {
            await site.Serve(http);
        }
        catch (StorageException fault) when (WillPass(fault.Failure))
        {
            await RefuseUnavailable(new Call(http), site.Name, fault);
        }
    }

    async Task Handle(Call call)
    {
        var http = call.Http;
        try
        {
            if (http.Request.Method is "OPTIONS" or "TRACE" or "CONNECT")
                TellMethods(http);
            else
                await Serve(call);
        }
        catch (ApiError error)
        {
            await Refuse(call, error);
        }
        catch (BadHttpRequestException fault)
        {
            var code = fault.StatusCode == StatusCodes.Status408RequestTimeout ? "RequestTimeout" : "BadRequest";
            await Refuse(call, new ApiError(code, fault.StatusCode, fault.Message));
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException && http.RequestAborted.IsCancellationRequested)
        {
            http.Abort(); // nobody is left to answer
        }
        catch (StorageException fault) when (WillPass(fault.Failure))
        {
            await RefuseUnavailable(call, call.Operation?.Name ?? http.Request.Path, fault);
        }
        catch (Exception fault)
        {
            LogUnexpected(fault, call.RequestId, call.Operation?.Name ?? http.Request.Path);
            var code = call.Protocol == Protocol.RestJson ? "ServiceException" : "InternalFailure";
            await Refuse(call, new ApiError(
                code, StatusCodes.Status500InternalServerError,
                $"An internal error occurred. Aloft's log tells more under request id {call.RequestId}."));
        }
    }

    async ValueTask Serve(Call call)
    {
        var http = call.Http;
        call.Signature = Authenticator.SignatureOf(http);
        await recognition.Recognise(call); // 2
        var operation = call.Operation ?? throw new UnreachableException();
        var claim = authenticator.Admit(call.Signature, call.Protocol); // 3
        var body = call.Body ??= await RequestBody.Read(http, LimitOf(operation)); // 4
        var caller = authenticator.Verify(claim, http, body.Sent.Span, call.Protocol); // 5

        var context = new RequestContext(caller.Account, caller.Region, call.RequestId, caller.PrincipalArn);
        var request = call.Form is { } form
            ? new ApiRequest { Context = context, Payload = body.Content, Http = http.Request, Body = form.ToMembers() }
            : call.PathParameters is { } parameters
                ? new ApiRequest { Context = context, Payload = body.Content, Http = http.Request, PathParameters = parameters }
                : new ApiRequest { Context = context, Payload = body.Content, Http = http.Request };
        var answer = await operation.Handle(request, http.RequestAborted); // 6
        await Answer.Write(call, answer); // 7
    }

    HttpSite? Claimant(HttpContext http)
    {
        foreach (var site in sites)
            if (site.Claims(http))
                return site;
        return null;
    }

    /// <summary>AWS calls Invoke by the name of its permission where it refuses a size: "for the InvokeFunction operation".</summary>
    static BodyLimit LimitOf(Operation operation) =>
        new(operation.MaxBodyBytes, operation.IamAction[(operation.IamAction.IndexOf(':') + 1)..], operation.BodyTooLargeCode);

    /// <summary>What the operator mends while the node runs. Everything else that storage can fail with is a defect, or stops a start.</summary>
    static bool WillPass(StorageFailure failure) =>
        failure is StorageFailure.Unavailable or StorageFailure.Full or StorageFailure.InUse or StorageFailure.Conflict;

    static void TellMethods(HttpContext http)
    {
        http.Response.StatusCode =
            http.Request.Method == "OPTIONS" ? StatusCodes.Status204NoContent : StatusCodes.Status405MethodNotAllowed;
        http.Response.Headers.Allow = Methods;
    }

    ValueTask RefuseUnavailable(Call call, string asked, StorageException fault)
    {
        LogUnavailable(call.RequestId, asked, fault.Message); // no defect, and it will be said often
        return Refuse(call, new ApiError(
            "ServiceUnavailable", StatusCodes.Status503ServiceUnavailable,
            $"Aloft cannot use its database at the moment. Try again; its log tells more under request id {call.RequestId}."));
    }

    async ValueTask Refuse(Call call, ApiError error)
    {
        if (!call.Http.Response.HasStarted)
        {
            await Answer.Write(call, error);
            return;
        }
        LogBroken(error, call.RequestId); // half an answer is out: only breaking the connection tells the client
        call.Http.Abort();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {RequestId} to {Operation} failed unexpectedly")]
    partial void LogUnexpected(Exception fault, string requestId, string operation);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {RequestId} to {Operation} could not be served: {Reason}")]
    partial void LogUnavailable(string requestId, string operation, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The answer to request {RequestId} broke off")]
    partial void LogBroken(Exception fault, string requestId);
}
