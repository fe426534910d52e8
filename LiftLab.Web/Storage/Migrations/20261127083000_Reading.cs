using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LiftLab.Web.Storage.Migrations
{
    /// <summary>Adds to a dataset how its file is read, where a person has overruled the guess.</summary>
    public partial class Reading : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) =>
            migrationBuilder.AddColumn<string>(name: "Reading", table: "Datasets", type: "TEXT", nullable: true);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            migrationBuilder.DropColumn(name: "Reading", table: "Datasets");
    }
}
