using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LiftLab.Web.Storage.Migrations
{
    /// <summary>Adds to a dataset its steps and versions, and to a run the version that it used.</summary>
    public partial class Versions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(name: "History", table: "Datasets", type: "TEXT", nullable: true);
            migrationBuilder.AddColumn<string>(name: "DatasetVersion", table: "Runs", type: "TEXT", nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(name: "History", table: "Datasets");
            migrationBuilder.DropColumn(name: "DatasetVersion", table: "Runs");
        }
    }
}
